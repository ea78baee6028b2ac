import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Chromium brings a Vulkan driver that needs no GPU; Debian's package puts it here. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * The environment in which a process finds SwiftShader, so that the WebGPU provider runs
 * without a GPU; a sentence that says what is absent otherwise. It must be set before the
 * process starts: the Vulkan loader reads it once.
 */
export function swiftShader(): { environment: NodeJS.ProcessEnv } | { absent: string } {
  if (!existsSync(driver)) return { absent: `no SwiftShader at ${driver} (apt-get install chromium)` };
  return {
    environment: {
      ...process.env,
      VK_DRIVER_FILES: driver,
      XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'myocast-vulkan-')),
      // The Vulkan loader itself stands beside the driver where the system has none.
      LD_LIBRARY_PATH: [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter(Boolean).join(':'),
    },
  };
}
