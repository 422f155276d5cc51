CREATE TABLE "listing_counts" (
	"source" text PRIMARY KEY NOT NULL,
	"listings" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
insert into listing_counts (source, listings) select source, count(*) from listings group by source;
--> statement-breakpoint
-- Counts what a statement has added or removed, in its transaction.
create function count_listings() returns trigger language plpgsql as $$
begin
  insert into listing_counts as c (source, listings)
  select source, case when tg_op = 'DELETE' then -count(*) else count(*) end from changed group by source order by source
  on conflict (source) do update set listings = c.listings + excluded.listings;
  return null;
end
$$;
--> statement-breakpoint
create trigger listings_added after insert on listings referencing new table as changed
  for each statement execute function count_listings();
--> statement-breakpoint
create trigger listings_removed after delete on listings referencing old table as changed
  for each statement execute function count_listings();
