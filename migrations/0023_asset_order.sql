CREATE TABLE "trigger_counts" (
	"source" text NOT NULL,
	"trigger" text NOT NULL,
	"status" text NOT NULL,
	"runs" bigint DEFAULT 0 NOT NULL,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"rows_inserted" bigint DEFAULT 0 NOT NULL,
	"rows_duplicate" bigint DEFAULT 0 NOT NULL,
	"rows_rejected" bigint DEFAULT 0 NOT NULL,
	"measured" bigint DEFAULT 0 NOT NULL,
	"seconds" numeric DEFAULT '0' NOT NULL,
	CONSTRAINT "trigger_counts_source_trigger_status_pk" PRIMARY KEY("source","trigger","status")
);
--> statement-breakpoint
CREATE INDEX "latest_rank" ON "latest_observations" USING btree ("rank","listing_id");
--> statement-breakpoint
-- Adds to the sums, or takes away, what a run's figures are.
create function add_to_trigger_counts(run runs, sign int) returns void language sql as $$
  insert into trigger_counts as c (source, trigger, status, runs, rows_read, rows_inserted, rows_duplicate, rows_rejected,
    measured, seconds)
  values (run.source, run.trigger, run.status, sign, sign * run.rows_read, sign * run.rows_inserted,
    sign * run.rows_duplicate, sign * run.rows_rejected, sign * num_nonnulls(run.finished_at - run.started_at),
    sign * coalesce(extract(epoch from run.finished_at - run.started_at), 0))
  on conflict (source, trigger, status) do update
  set runs = c.runs + excluded.runs, rows_read = c.rows_read + excluded.rows_read,
    rows_inserted = c.rows_inserted + excluded.rows_inserted, rows_duplicate = c.rows_duplicate + excluded.rows_duplicate,
    rows_rejected = c.rows_rejected + excluded.rows_rejected, measured = c.measured + excluded.measured,
    seconds = c.seconds + excluded.seconds
$$;
--> statement-breakpoint
create function count_run_by_trigger() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform add_to_trigger_counts(old, -1); end if;
  if tg_op <> 'DELETE' then perform add_to_trigger_counts(new, 1); end if;
  return null;
end
$$;
--> statement-breakpoint
-- First the trigger, whose lock keeps runs as they are, then what they were until now.
create trigger runs_counted_by_trigger after insert or delete or update of source, trigger, status, started_at, finished_at,
  rows_read, rows_inserted, rows_duplicate, rows_rejected on runs for each row execute function count_run_by_trigger();
--> statement-breakpoint
insert into trigger_counts (source, trigger, status, runs, rows_read, rows_inserted, rows_duplicate, rows_rejected, measured,
  seconds)
select source, trigger, status, count(*), sum(rows_read), sum(rows_inserted), sum(rows_duplicate), sum(rows_rejected),
  count(finished_at - started_at), coalesce(sum(extract(epoch from finished_at - started_at)), 0)
from runs group by source, trigger, status;
