export type Profile = 'frugal' | 'full';

/** The [vars] of each profile; null removes the variable. */
export const PROFILES: Record<Profile, Record<string, string | null>> = {
  frugal: { POLL_MINUTES: '30', POLL_TOP: '500', KEEP_OBSERVATIONS_DAYS: '90', KEEP_RAW_DAYS: '30' },
  full: { POLL_MINUTES: '5', POLL_TOP: null, KEEP_OBSERVATIONS_DAYS: null, KEEP_RAW_DAYS: null },
};

/**
 * The text of a settings file with the profile's variables in [vars]; every other line is unchanged. The file shows
 * the deployed values, and the next deployment needs no flag.
 */
export function withProfile(toml: string, profile: Profile): string {
  const text = hasVars(toml) ? toml : `${toml === '' || toml.endsWith('\n') ? toml : `${toml}\n`}[vars]\n`;
  return Object.entries(PROFILES[profile]).reduce((lines, [name, value]) => setVar(lines, name, value), text);
}

const VARS = /^\s*\[vars\]\s*(#.*)?$/;
const hasVars = (toml: string): boolean => toml.split('\n').some((line) => VARS.test(line));

function setVar(toml: string, name: string, value: string | null): string {
  const lines = toml.split('\n');
  const start = lines.findIndex((line) => VARS.test(line));
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  const end = next < 0 ? lines.length : next;
  const own = lines.findIndex(
    (line, index) => index > start && index < end && new RegExp(`^\\s*${name}\\s*=`).test(line),
  );
  const replacement = value === null ? [] : [`${name} = "${value}"`];
  if (own >= 0) lines.splice(own, 1, ...replacement);
  else lines.splice(lastOf(lines, start, end) + 1, 0, ...replacement);
  return lines.join('\n');
}

/** The last line of the section with content: blank lines and comments after it belong to the next section. */
function lastOf(lines: string[], start: number, end: number): number {
  return lines.findLastIndex((line, index) => index >= start && index < end && /^\s*[^\s#]/.test(line));
}
