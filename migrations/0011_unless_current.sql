-- The rows of a statement, unless `seen` is the newest version of the tape: then the statement is not even planned. It
-- refers to its parameters as $1[n], and whoever calls says what its columns are. Runs with the rights of whoever calls
-- it, who could send the statement as well.
create function unless_current(seen timestamptz, statement text, params text[]) returns setof record language plpgsql as $$
begin
  if (select version from tape_version) is distinct from seen then
    return query execute statement using params;
  end if;
end
$$;
