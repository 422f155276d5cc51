CREATE TABLE "upload_sightings" (
	"raw_payload_id" bigint NOT NULL,
	"listing_id" integer NOT NULL,
	"kind" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "upload_sightings_raw_payload_id_listing_id_kind_observed_at_pk" PRIMARY KEY("raw_payload_id","listing_id","kind","observed_at")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"run_id" bigint NOT NULL,
	"raw_payload_id" bigint NOT NULL,
	"filename" text,
	"hints" jsonb NOT NULL,
	"series_key" text,
	"dry_run" boolean NOT NULL,
	"status" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"plan" jsonb,
	"encoding" text,
	"done_bytes" bigint DEFAULT 0 NOT NULL,
	"next_line" integer DEFAULT 1 NOT NULL,
	"preview" jsonb,
	"error_code" text,
	"error_message" text,
	"accepted_at" timestamp(6) with time zone NOT NULL,
	"touched_at" timestamp(6) with time zone NOT NULL,
	"finished_at" timestamp(6) with time zone,
	CONSTRAINT "uploads_run" UNIQUE("run_id"),
	CONSTRAINT "uploads_status" CHECK ("uploads"."status" in ('queued', 'processing', 'succeeded', 'failed', 'withdrawn'))
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "withdraw_reason" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "withdrawn_at" timestamp(6) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "uploads_series" ON "uploads" USING btree ("series_key");--> statement-breakpoint
CREATE INDEX "uploads_accepted" ON "uploads" USING btree ("accepted_at","id");--> statement-breakpoint
CREATE INDEX "uploads_open" ON "uploads" USING btree ("touched_at") WHERE "uploads"."status" in ('queued', 'processing');