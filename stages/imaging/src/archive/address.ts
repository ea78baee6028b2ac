import { accepted, type Checked, issue, refused } from '@myocast/base';

/** How long an archive is waited for, and how often it is asked again. */
export interface Patience {
  /** Tries of one request, the first included. */
  readonly tries: number;
  /** Before the second try; doubles from try to try, up to `mostWaitMs`. */
  readonly firstWaitMs: number;
  readonly mostWaitMs: number;
  /** From the request to the head of the answer. */
  readonly answerMs: number;
  /** Between two pieces of an answer. */
  readonly pauseMs: number;
}

export const usualPatience: Patience = {
  tries: 4,
  firstWaitMs: 500,
  mostWaitMs: 8000,
  answerMs: 120_000,
  pauseMs: 60_000,
};

/** A DICOMweb service: its root, and what it is shown to be let in. */
export interface Archive {
  /** `https://host/dicom-web`, without a slash at the end; fit for messages. */
  readonly root: string;
  /** Of the Authorization header; never printed. */
  readonly authorization: string | null;
  readonly patience: Patience;
}

export interface ArchiveOptions {
  readonly authorization: string | null;
  /** Lets credentials go over http to another machine. */
  readonly plainHttp?: boolean;
  readonly patience?: Patience;
}

const ownMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a path of the command line is the address of an archive. */
export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/**
 * An archive by its address. Refused: an address with a user, password, query or fragment; one
 * whose certificate would not be checked; credentials over http to another machine, unless allowed.
 */
export function openArchive(
  address: string,
  { authorization, plainHttp = false, patience = usualPatience }: ArchiveOptions,
): Checked<Archive> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return refused(
      issue('bad-value', '--from', 'expected an address https://host/path of a DICOMweb service'),
    );
  const shown = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const wrong = obstacleTo(url, authorization !== null && !plainHttp);
  return wrong === null
    ? accepted({ root: shown, authorization, patience })
    : refused(issue('bad-value', shown, wrong));
}

function obstacleTo(url: URL, mustBeSafe: boolean): string | null {
  if (url.username !== '' || url.password !== '')
    return 'expected an address without user and password: give them in a file or the environment';
  if (url.search !== '' || url.hash !== '') return 'expected an address without ? and #';
  if (url.protocol === 'https:')
    return process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? 'expected certificates to be checked, found NODE_TLS_REJECT_UNAUTHORIZED=0; name your own authority in NODE_EXTRA_CA_CERTS'
      : null;
  if (mustBeSafe && !ownMachine.test(url.hostname))
    return 'expected https for credentials, found http to another machine (--plain-http lets them go)';
  return null;
}
