CREATE TABLE "checkpoints" (
	"source" text NOT NULL,
	"endpoint" text NOT NULL,
	"fetched_at" timestamp(6) with time zone NOT NULL,
	"watermark" timestamp(6) with time zone,
	"raw_payload_id" bigint NOT NULL,
	"run_id" bigint NOT NULL,
	CONSTRAINT "checkpoints_source_endpoint_pk" PRIMARY KEY("source","endpoint")
);
--> statement-breakpoint
CREATE TABLE "counts" (
	"listing_id" integer NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"observations" bigint DEFAULT 0 NOT NULL,
	"revisions" bigint DEFAULT 0 NOT NULL,
	"first_observed_at" timestamp(6) with time zone NOT NULL,
	"last_observed_at" timestamp(6) with time zone NOT NULL,
	"first_known_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "counts_listing_id_kind_pk" PRIMARY KEY("listing_id","kind")
);
--> statement-breakpoint
CREATE TABLE "latest_observations" (
	"listing_id" integer PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	"revision" integer NOT NULL,
	"known_at" timestamp(6) with time zone NOT NULL,
	"price_usd" numeric,
	"market_cap_usd" numeric,
	"volume_24h_usd" numeric,
	"percent_change_24h" numeric,
	"flags" text[] NOT NULL,
	"rank" integer,
	"percent_change_1h" numeric,
	"percent_change_7d" numeric,
	"circulating_supply" numeric,
	"total_supply" numeric,
	"max_supply" numeric,
	"image_url" text
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"token" bigint NOT NULL,
	"expires_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "listings" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "listings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"symbol" text,
	"name" text,
	"first_known_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "listings_source_external_id" UNIQUE("source","external_id")
);
--> statement-breakpoint
CREATE TABLE "market_totals" (
	"source" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	"revision" integer NOT NULL,
	"known_at" timestamp(6) with time zone NOT NULL,
	"superseded_at" timestamp(6) with time zone,
	"market_cap_usd" numeric,
	"volume_24h_usd" numeric,
	"bitcoin_dominance_percent" numeric,
	"market_cap_change_24h_percent" numeric,
	"assets_count" integer,
	"raw_payload_id" bigint NOT NULL,
	"pointer" text NOT NULL,
	"run_id" bigint NOT NULL,
	"normalizer_version" smallint NOT NULL,
	"flags" text[] NOT NULL,
	CONSTRAINT "market_totals_source_observed_at_revision_pk" PRIMARY KEY("source","observed_at","revision")
);
--> statement-breakpoint
CREATE TABLE "observations" (
	"listing_id" integer NOT NULL,
	"kind" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	"revision" integer NOT NULL,
	"source" text NOT NULL,
	"known_at" timestamp(6) with time zone NOT NULL,
	"superseded_at" timestamp(6) with time zone,
	"price_usd" numeric,
	"market_cap_usd" numeric,
	"volume_24h_usd" numeric,
	"percent_change_24h" numeric,
	"open_usd" numeric,
	"high_usd" numeric,
	"low_usd" numeric,
	"raw_payload_id" bigint NOT NULL,
	"pointer" text NOT NULL,
	"run_id" bigint NOT NULL,
	"normalizer_version" smallint NOT NULL,
	"flags" text[] NOT NULL,
	CONSTRAINT "observations_listing_id_kind_observed_at_revision_pk" PRIMARY KEY("listing_id","kind","observed_at","revision")
);
--> statement-breakpoint
CREATE TABLE "raw_payloads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "raw_payloads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"run_id" bigint NOT NULL,
	"endpoint" text NOT NULL,
	"url" text NOT NULL,
	"status" smallint NOT NULL,
	"headers" jsonb NOT NULL,
	"content_type" text,
	"fetched_at" timestamp(6) with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"r2_key" text NOT NULL,
	"encoding" text NOT NULL,
	"loaded_at" timestamp(6) with time zone,
	"error_code" text,
	CONSTRAINT "raw_payloads_reply" UNIQUE("run_id","endpoint","fetched_at")
);
--> statement-breakpoint
CREATE TABLE "rejects" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rejects_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"run_id" bigint NOT NULL,
	"raw_payload_id" bigint NOT NULL,
	"pointer" text NOT NULL,
	"external_id" text,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"raw" text NOT NULL,
	"rejected_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"trigger" text NOT NULL,
	"status" text NOT NULL,
	"accepted_at" timestamp(6) with time zone NOT NULL,
	"started_at" timestamp(6) with time zone,
	"finished_at" timestamp(6) with time zone,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"rows_inserted" bigint DEFAULT 0 NOT NULL,
	"rows_duplicate" bigint DEFAULT 0 NOT NULL,
	"rows_rejected" bigint DEFAULT 0 NOT NULL,
	"error_code" text,
	"error_message" text,
	CONSTRAINT "runs_status" CHECK ("runs"."status" in ('queued', 'running', 'succeeded', 'partial', 'failed', 'skipped'))
);
--> statement-breakpoint
CREATE TABLE "source_counts" (
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"observations" bigint DEFAULT 0 NOT NULL,
	"revisions" bigint DEFAULT 0 NOT NULL,
	"last_observed_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "source_counts_source_kind_pk" PRIMARY KEY("source","kind")
);
--> statement-breakpoint
CREATE TABLE "tape_version" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" timestamp(6) with time zone NOT NULL,
	"next_version" timestamp(6) with time zone NOT NULL,
	"mode" text,
	CONSTRAINT "tape_version_one_row" CHECK ("tape_version"."id")
);
--> statement-breakpoint
ALTER TABLE "counts" ADD CONSTRAINT "counts_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "latest_observations" ADD CONSTRAINT "latest_observations_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "counts_source" ON "counts" USING btree ("source","kind");--> statement-breakpoint
CREATE INDEX "latest_market_cap" ON "latest_observations" USING btree ("market_cap_usd","listing_id");--> statement-breakpoint
CREATE INDEX "latest_price" ON "latest_observations" USING btree ("price_usd","listing_id");--> statement-breakpoint
CREATE INDEX "latest_volume" ON "latest_observations" USING btree ("volume_24h_usd","listing_id");--> statement-breakpoint
CREATE INDEX "latest_observed" ON "latest_observations" USING btree ("observed_at","listing_id");--> statement-breakpoint
CREATE INDEX "listings_symbol" ON "listings" USING btree ("symbol");--> statement-breakpoint
CREATE INDEX "listings_external_id" ON "listings" USING btree ("external_id");--> statement-breakpoint
CREATE INDEX "market_totals_observed" ON "market_totals" USING btree ("observed_at","source","revision");--> statement-breakpoint
CREATE INDEX "observations_source_observed" ON "observations" USING btree ("source","kind","observed_at","listing_id","revision");--> statement-breakpoint
CREATE INDEX "observations_known" ON "observations" USING btree ("source","kind","known_at","listing_id","observed_at");--> statement-breakpoint
CREATE INDEX "raw_payloads_sha256" ON "raw_payloads" USING btree ("sha256","fetched_at");--> statement-breakpoint
CREATE UNIQUE INDEX "rejects_payload_pointer" ON "rejects" USING btree ("raw_payload_id","pointer");--> statement-breakpoint
CREATE INDEX "rejects_run" ON "rejects" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "runs_source_started" ON "runs" USING btree ("source","started_at");--> statement-breakpoint
CREATE INDEX "runs_open" ON "runs" USING btree ("source") WHERE "runs"."status" in ('queued', 'running');