CREATE TABLE "candles" (
	"listing_id" integer NOT NULL,
	"interval" text NOT NULL,
	"open_time" timestamp(6) with time zone NOT NULL,
	"open_usd" numeric NOT NULL,
	"high_usd" numeric NOT NULL,
	"low_usd" numeric NOT NULL,
	"close_usd" numeric NOT NULL,
	"first_observed_at" timestamp(6) with time zone NOT NULL,
	"last_observed_at" timestamp(6) with time zone NOT NULL,
	"count" integer NOT NULL,
	"frozen" boolean DEFAULT false NOT NULL,
	CONSTRAINT "candles_listing_id_interval_open_time_pk" PRIMARY KEY("listing_id","interval","open_time")
);
--> statement-breakpoint
CREATE TABLE "stale_candles" (
	"listing_id" integer NOT NULL,
	"day" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "stale_candles_listing_id_day_pk" PRIMARY KEY("listing_id","day")
);
--> statement-breakpoint
DROP INDEX "uploads_accepted";--> statement-breakpoint
-- A poll updates two candles of every listing: with room in their pages the new versions need no index entry.
alter table candles set (fillfactor = 70);
--> statement-breakpoint
-- Candles of what the tape holds already.
with edges as (
  select listing_id, observed_at, price_usd, array[extract(epoch from observed_at), price_usd] as edge
  from observations
  where kind = 'spot' and superseded_at is null and price_usd is not null
), hours as (
  select listing_id, date_bin('1 hour', observed_at, timestamptz '1970-01-01T00:00:00Z') as open_time,
    min(edge) as opening, max(price_usd) as high_usd, min(price_usd) as low_usd, max(edge) as closing,
    min(observed_at) as first_observed_at, max(observed_at) as last_observed_at, count(*) as count
  from edges
  group by 1, 2
)
insert into candles (listing_id, interval, open_time, open_usd, high_usd, low_usd, close_usd, first_observed_at,
  last_observed_at, count)
select listing_id, '1h', open_time, opening[2], high_usd, low_usd, closing[2], first_observed_at, last_observed_at,
  count
from hours
union all
select listing_id, '1d', date_bin('1 day', open_time, timestamptz '1970-01-01T00:00:00Z'), (min(opening))[2],
  max(high_usd), min(low_usd), (max(closing))[2], min(first_observed_at), max(last_observed_at), sum(count)
from hours
group by 1, 3;
