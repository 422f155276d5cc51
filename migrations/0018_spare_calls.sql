CREATE TABLE "call_purposes" (
	"source" text NOT NULL,
	"period" text NOT NULL,
	"starts_at" timestamp(6) with time zone NOT NULL,
	"purpose" text NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "call_purposes_source_period_starts_at_purpose_pk" PRIMARY KEY("source","period","starts_at","purpose")
);
--> statement-breakpoint
CREATE TABLE "gap_coins" (
	"gap_id" bigint NOT NULL,
	"listing_id" integer NOT NULL,
	"place" integer NOT NULL,
	"asked_at" timestamp(6) with time zone,
	CONSTRAINT "gap_coins_gap_id_listing_id_pk" PRIMARY KEY("gap_id","listing_id")
);
--> statement-breakpoint
ALTER TABLE "backfills" ADD COLUMN "purpose" text DEFAULT 'manual' NOT NULL;--> statement-breakpoint
ALTER TABLE "gaps" ADD COLUMN "coins_chosen_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "gap_coins" ADD CONSTRAINT "gap_coins_gap_id_gaps_id_fk" FOREIGN KEY ("gap_id") REFERENCES "public"."gaps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gap_coins" ADD CONSTRAINT "gap_coins_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gap_coins_unasked" ON "gap_coins" USING btree ("listing_id") WHERE "gap_coins"."asked_at" is null;--> statement-breakpoint
CREATE INDEX "backfills_coin" ON "backfills" USING btree ("source","external_id");