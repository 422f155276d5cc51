import { readZone } from '../../../../src/domain/files/zone.ts';
import type { Style } from './world.ts';

/** A decimal in the form of a file's style: the same number with other signs. */
export function writeFigure(
  value: string,
  { mark, group, suffix }: Pick<Style, 'mark' | 'group' | 'suffix'>,
): string {
  const [whole = '', decimals] = value.split('.');
  if (suffix && decimals === undefined && /0{3}$/.test(whole) && whole.length > 6)
    return `${writeFigure(whole.slice(0, -3), { mark, group, suffix: false })}K`;
  const [point, other] = mark === 'point' ? ['.', ','] : [',', '.'];
  const between = group === 'other' ? other : group;
  const grouped = between === '' ? whole : whole.replace(/\B(?=(\d{3})+$)/g, between);
  return decimals === undefined ? grouped : `${grouped}${point}${decimals}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A wall time in the form of a file's style. */
export function writeTime(
  wall: number,
  form: string,
  zoneName: string,
  { isPadded }: Pick<Style, 'isPadded'>,
): string {
  const iso = new Date(wall).toISOString();
  const [y, m, d] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)];
  const clock = iso.slice(11, 19);
  const hour = Number(iso.slice(11, 13));
  const bare = (digits: string) => (isPadded ? digits : String(Number(digits)));
  const month = MONTHS[Number(m) - 1] ?? '';
  const seconds = String(wall / 1000);
  const forms: Record<string, string> = {
    day: `${y}-${m}-${d}`,
    'slashed day': `${y}/${bare(m)}/${bare(d)}`,
    clock,
    blank: `${y}-${m}-${d} ${clock}`,
    T: `${y}-${m}-${d}T${clock}`,
    Z: `${y}-${m}-${d}T${clock}Z`,
    minutes: `${y}-${m}-${d} ${clock.slice(0, 5)}`,
    mdy: `${bare(m)}/${bare(d)}/${y}`,
    dmy: `${bare(d)}/${bare(m)}/${y}`,
    'mdy short': `${bare(m)}/${bare(d)}/${y.slice(2)}`,
    'dmy short': `${bare(d)}/${bare(m)}/${y.slice(2)}`,
    excel: `${Number(m)}/${Number(d)}/${y.slice(2)} ${hour}:${clock.slice(3, 5)}`,
    dots: `${d}.${m}.${y}`,
    named: `${month} ${d}, ${y}`,
    'named dash': `${d}-${month}-${isPadded ? y : y.slice(2)}`,
    compact: `${y}${m}${d}`,
    seconds,
    milliseconds: `${seconds}000`,
    microseconds: `${seconds}000000`,
    half: `${m}/${d}/${y} ${((hour + 11) % 12) + 1}:${clock.slice(3, 5)} ${hour < 12 ? 'AM' : 'PM'}`,
  };
  if (form !== 'offset') return forms[form] ?? '';
  const zone = readZone(zoneName);
  const found = zone?.instantOf(wall);
  const ms = typeof found === 'number' ? found : wall;
  const minutes = (wall - ms) / 60_000;
  const sign = minutes < 0 ? '-' : '+';
  const [h, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${y}-${m}-${d}T${clock}${sign}${String(h).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
