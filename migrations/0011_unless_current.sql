-- The rows of a statement, each as JSON, unless `seen` is the newest version of the tape: then the statement is not
-- even planned. It refers to its parameters as $1[n]. Runs with the rights of whoever calls it, who could send the
-- statement as well.
create function unless_current(seen timestamptz, statement text, params text[]) returns setof json language plpgsql as $$
begin
  if (select version from tape_version) is distinct from seen then
    return query execute 'select to_json(r) from (' || statement || ') r' using params;
  end if;
end
$$;
