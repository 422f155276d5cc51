ALTER TABLE "counts" ADD COLUMN "changed_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "source_counts" ADD COLUMN "changed_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "tape_version" ADD COLUMN "stamped_version" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "tape_version" ADD COLUMN "rest_version" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "tape_version" ADD COLUMN "totals_version" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "tape_version" ADD COLUMN "rates_version" timestamp(6) with time zone;--> statement-breakpoint
-- The rows of a statement, unless `seen` is the newest version of its answer, which the statement `current` selects: then
-- it is not even planned. Otherwise as unless_current.
create function unless_unchanged(seen timestamptz, current text, given text[], statement text, params text[])
returns setof record language plpgsql as $$
declare
  newest timestamptz;
begin
  execute current into newest using given;
  if newest is distinct from seen then
    return query execute statement using params;
  end if;
end
$$;
--> statement-breakpoint
-- What a statement selects, which is planned when this is called and not before: for what few replies need. It refers to its
-- parameters as $1[n]. Otherwise as unless_current.
create function selected_later(statement text, params text[]) returns json language plpgsql as $$
declare
  selected json;
begin
  execute statement into selected using params;
  return selected;
end
$$;
