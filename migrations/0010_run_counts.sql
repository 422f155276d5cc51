CREATE TABLE "run_counts" (
	"source" text NOT NULL,
	"status" text NOT NULL,
	"runs" bigint DEFAULT 0 NOT NULL,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"rows_inserted" bigint DEFAULT 0 NOT NULL,
	"rows_duplicate" bigint DEFAULT 0 NOT NULL,
	"rows_rejected" bigint DEFAULT 0 NOT NULL,
	"measured" bigint DEFAULT 0 NOT NULL,
	"seconds" numeric DEFAULT '0' NOT NULL,
	CONSTRAINT "run_counts_source_status_pk" PRIMARY KEY("source","status")
);
--> statement-breakpoint
DROP INDEX "observations_source_observed";--> statement-breakpoint
CREATE INDEX "runs_well" ON "runs" USING btree ("source","started_at") WHERE "runs"."trigger" <> 'backfill' and "runs"."status" in ('succeeded', 'partial');--> statement-breakpoint
CREATE INDEX "runs_ill" ON "runs" USING btree ("source","started_at") WHERE "runs"."trigger" <> 'backfill' and "runs"."status" in ('partial', 'failed');--> statement-breakpoint
CREATE INDEX "observations_source_observed" ON "observations" USING btree ("source","kind","observed_at","listing_id","revision","superseded_at");
--> statement-breakpoint
insert into run_counts (source, status, runs, rows_read, rows_inserted, rows_duplicate, rows_rejected, measured, seconds)
select source, status, count(*), sum(rows_read), sum(rows_inserted), sum(rows_duplicate), sum(rows_rejected),
  count(finished_at - started_at), coalesce(sum(extract(epoch from finished_at - started_at)), 0)
from runs group by source, status;
--> statement-breakpoint
-- Takes a run's former figures away and adds its new ones, in the transaction that changes the run.
create function count_run() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update run_counts c
    set runs = c.runs - 1, rows_read = c.rows_read - old.rows_read, rows_inserted = c.rows_inserted - old.rows_inserted,
      rows_duplicate = c.rows_duplicate - old.rows_duplicate, rows_rejected = c.rows_rejected - old.rows_rejected,
      measured = c.measured - num_nonnulls(old.finished_at - old.started_at),
      seconds = c.seconds - coalesce(extract(epoch from old.finished_at - old.started_at), 0)
    where c.source = old.source and c.status = old.status;
  end if;
  if tg_op <> 'DELETE' then
    insert into run_counts as c (source, status, runs, rows_read, rows_inserted, rows_duplicate, rows_rejected,
      measured, seconds)
    values (new.source, new.status, 1, new.rows_read, new.rows_inserted, new.rows_duplicate, new.rows_rejected,
      num_nonnulls(new.finished_at - new.started_at),
      coalesce(extract(epoch from new.finished_at - new.started_at), 0))
    on conflict (source, status) do update
    set runs = c.runs + 1, rows_read = c.rows_read + excluded.rows_read,
      rows_inserted = c.rows_inserted + excluded.rows_inserted,
      rows_duplicate = c.rows_duplicate + excluded.rows_duplicate,
      rows_rejected = c.rows_rejected + excluded.rows_rejected, measured = c.measured + excluded.measured,
      seconds = c.seconds + excluded.seconds;
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger runs_counted after insert or delete or update of source, status, started_at, finished_at, rows_read,
  rows_inserted, rows_duplicate, rows_rejected on runs for each row execute function count_run();
--> statement-breakpoint
-- Index-only reads need pages that vacuum has seen: a fifth of the table, the default, is too much to wait for.
alter table observations set (autovacuum_vacuum_insert_scale_factor = 0.02);
