// How often a field of an endpoint is normally unknown, learned reply by reply from replies in which it was not
// lost. A field that is unknown in far more of the records is lost until it returns, or somebody accepts it.

/** Per field, the share of records in which it is unknown: 0 to 1. */
export type Shares = Record<string, number>;

/** The learned shares for the fields of an endpoint. */
export interface Usual {
  shares: Shares;
  /** The number of replies behind the shares. */
  replies: number;
}

export interface LostField {
  field: string;
  /** The share of records in which it is unknown: now, and usually. */
  share: number;
  usual_share: number;
}

/** The verdict of a reply on the contract's fields; null for a reply without records. */
export interface FieldVerdict {
  lost: LostField[];
  /** The new usual shares of the fields that are not lost. */
  learned: Shares;
}

/** The rise of the share above which a field is lost, and below which it is back. */
const LOST_RISE = 0.1;
const BACK_RISE = 0.05;
/** A rarely known field is lost if none of at least this many usual values arrived. */
const VALUES_LEAST = 5;
/** How many replies the usual share covers. */
const REPLIES_MAX = 20;

/**
 * Compares a reply with the usual shares. `unknowns` has for each field of the contract the number of records in
 * which it is null, "", absent or unreadable; `open` names the fields that were already lost.
 */
export function judgeFields(
  { records, unknowns }: { records: number; unknowns: Record<string, number> },
  fields: readonly string[],
  known: { usual: Usual; open: ReadonlySet<string> },
): FieldVerdict | null {
  if (records === 0) return null;
  const { usual, open } = known;
  const lost: LostField[] = [];
  const learned: Shares = {};
  for (const field of fields) {
    const share = rounded((own(unknowns, field) ?? 0) / records);
    const usual_share = own(usual.shares, field) ?? share;
    if (isLost(share, usual_share, records, open.has(field))) lost.push({ field, share, usual_share });
    else learned[field] = rounded(usual_share + (share - usual_share) / weightOf(usual));
  }
  return { lost, learned };
}

function isLost(share: number, usual: number, records: number, isOpen: boolean): boolean {
  const isGone = share === 1 && usual < 1 && (isOpen || (1 - usual) * records >= VALUES_LEAST);
  return isGone || rounded(share - usual) >= (isOpen ? BACK_RISE : LOST_RISE);
}

const weightOf = ({ replies }: Usual): number => Math.min(replies + 1, REPLIES_MAX);

/** An upstream may give a field any name. */
const own = (shares: Record<string, number>, field: string): number | undefined =>
  Object.hasOwn(shares, field) ? shares[field] : undefined;

const rounded = (share: number): number => Math.round(share * 1e6) / 1e6;

/** `market_cap is unknown in 100 % of the records, where 3 % are usual.` */
export const toldLoss = ({ field, share, usual_share }: LostField): string =>
  `${field} is unknown in ${toldShare(share)} of the records, where ${toldShare(usual_share)} are usual.`;

export const toldShare = (share: number): string => `${Math.round(share * 100)} %`;
