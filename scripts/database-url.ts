/** Why the text cannot be a Postgres URL, or undefined if it can. */
export function databaseUrlFault(url: string | undefined): string | undefined {
  if (!url) return 'DATABASE_URL is not set. Put the postgres:// URL of your database into the environment.';
  if (!URL.canParse(url) || !/^postgres(ql)?:\/\/[^/]/.test(url)) {
    return 'DATABASE_URL is not a postgres:// URL (special characters in the password must be percent-encoded).';
  }
  return undefined;
}

/** Where it points, without the password, for messages. */
export function withoutPassword(url: string): string {
  const { host, pathname, username } = new URL(url);
  return `${username ? `${username}@` : ''}${host}${pathname}`;
}
