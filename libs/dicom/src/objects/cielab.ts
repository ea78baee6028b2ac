/**
 * A colour of a screen (sRGB, 0 to 255) as DICOM writes it: CIELab under D50, in three
 * words (PS3.3 C.10.7.1.1).
 */
export function cielabValue(red: number, green: number, blue: number): readonly [number, number, number] {
  const [r, g, b] = [red, green, blue].map(linear) as [number, number, number];
  // From linear sRGB to XYZ, adapted from D65 to D50 (Bradford), relative to the white of D50.
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422;
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521;
  const [fx, fy, fz] = [x, y, z].map(compressed) as [number, number, number];
  const word = (value: number, low: number, high: number) =>
    Math.round((Math.min(Math.max(value, low), high) - low) * (65535 / (high - low)));
  return [word(116 * fy - 16, 0, 100), word(500 * (fx - fy), -128, 127), word(200 * (fy - fz), -128, 127)];
}

function linear(level: number): number {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function compressed(value: number): number {
  return value > (6 / 29) ** 3 ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29;
}
