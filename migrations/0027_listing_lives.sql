CREATE TABLE "listing_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "listing_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"version" timestamp(6) with time zone NOT NULL,
	"listing_id" integer NOT NULL,
	"event" text NOT NULL,
	"run_id" bigint,
	"mapping_id" bigint,
	"asset_before" text,
	"asset_after" text,
	"symbol_before" text,
	"symbol_after" text,
	"name_before" text,
	"name_after" text,
	CONSTRAINT "listing_events_event" CHECK ("listing_events"."event" in ('seen', 'relabelled', 'remapped', 'gone', 'back'))
);
--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "inactive_since" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "catalog" ADD COLUMN "missing_since" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "catalog" ADD COLUMN "missed_lists" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog" ADD COLUMN "gone_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "seen_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "missing_since" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "missed_lists" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "gone_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "back_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "undone_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "undone_by" text;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "undone_why" text;--> statement-breakpoint
CREATE INDEX "listing_events_version" ON "listing_events" USING btree ("version","id");--> statement-breakpoint
CREATE INDEX "listing_events_listing" ON "listing_events" USING btree ("listing_id","id");--> statement-breakpoint
CREATE INDEX "mappings_contested" ON "mappings" USING btree ("id") WHERE "mappings"."evidence" ->> 'contested_by' is not null;
--> statement-breakpoint
-- What is known of the time before: when a listing came, and whose it has been since when.
insert into listing_events (version, listing_id, event, symbol_after, name_after)
select first_known_at, id, 'seen', symbol, name from listings order by first_known_at, id;
--> statement-breakpoint
insert into listing_events (version, listing_id, event, mapping_id, asset_after, symbol_before, symbol_after, name_before, name_after)
select m.valid_from, l.id, 'remapped', m.id, m.asset_id, l.symbol, l.symbol, l.name, l.name
from mappings m join listings l on l.id = m.listing_id where m.state = 'active' order by m.valid_from, l.id;
--> statement-breakpoint
update listings l set seen_at = o.observed_at from latest_observations o where o.listing_id = l.id and l.source <> 'csv';
--> statement-breakpoint
-- Logs what a statement has done to listings, under the version that its transaction gives to the tape.
create function log_new_listings() returns trigger language plpgsql as $$
begin
  insert into listing_events (version, listing_id, event, run_id, symbol_after, name_after)
  select (select coalesce(next_version, version, clock_timestamp()) from tape_version), n.id, 'seen',
    nullif(current_setting('cointape.run', true), '')::bigint, n.symbol, n.name
  from new_rows n order by n.id;
  return null;
end
$$;
--> statement-breakpoint
create trigger listings_log_added after insert on listings referencing new table as new_rows
  for each statement execute function log_new_listings();
--> statement-breakpoint
create function log_listings() returns trigger language plpgsql as $$
begin
  insert into listing_events (version, listing_id, event, run_id, mapping_id, asset_before, asset_after, symbol_before,
    symbol_after, name_before, name_after)
  select (select coalesce(next_version, version, clock_timestamp()) from tape_version), n.id, e.event,
    nullif(current_setting('cointape.run', true), '')::bigint,
    case when e.event = 'remapped' then (
      select m.id from mappings m where m.listing_id = n.id and m.state = 'active') end,
    o.asset_id, n.asset_id, o.symbol, n.symbol, o.name, n.name
  from new_rows n join old_rows o on o.id = n.id
  cross join lateral (values
    ('back', o.gone_at is not null and n.gone_at is null),
    ('relabelled', (o.symbol, o.name) is distinct from (n.symbol, n.name)),
    ('remapped', o.asset_id is distinct from n.asset_id),
    ('gone', o.gone_at is null and n.gone_at is not null)
  ) e (event, has_happened)
  where e.has_happened
  order by n.id;
  return null;
end
$$;
--> statement-breakpoint
create trigger listings_log_changed after update on listings referencing old table as old_rows new table as new_rows
  for each statement execute function log_listings();
