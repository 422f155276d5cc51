-- A batch over HTTP is one transaction without branches: what must hold raises inside it and undoes it whole.
create function guard(ok boolean, code text) returns boolean language plpgsql as $$
begin
  if ok is not true then
    raise exception using errcode = 'CT001', message = code;
  end if;
  return true;
end
$$;
--> statement-breakpoint
insert into tape_version (id, version, next_version) values (true, '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z');
