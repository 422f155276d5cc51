CREATE TABLE "replay_differences" (
	"replay_id" bigint NOT NULL,
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"kind" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	"change" text NOT NULL,
	"revision" integer,
	"symbol" text,
	"name" text,
	"price_usd" numeric,
	"market_cap_usd" numeric,
	"volume_24h_usd" numeric,
	"percent_change_24h" numeric,
	"open_usd" numeric,
	"high_usd" numeric,
	"low_usd" numeric,
	"flags" text[],
	"raw_payload_id" bigint NOT NULL,
	"pointer" text NOT NULL,
	"outcome" text,
	"promoted_at" timestamp(6) with time zone,
	CONSTRAINT "replay_differences_replay_id_source_external_id_kind_observed_at_pk" PRIMARY KEY("replay_id","source","external_id","kind","observed_at"),
	CONSTRAINT "replay_differences_change" CHECK ("replay_differences"."change" in ('changed', 'new', 'gone'))
);
--> statement-breakpoint
CREATE TABLE "replay_sightings" (
	"replay_id" bigint NOT NULL,
	"raw_payload_id" bigint NOT NULL,
	"external_id" text NOT NULL,
	"kind" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "replay_sightings_replay_id_raw_payload_id_external_id_kind_observed_at_pk" PRIMARY KEY("replay_id","raw_payload_id","external_id","kind","observed_at")
);
--> statement-breakpoint
CREATE TABLE "replays" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "replays_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"status" text NOT NULL,
	"source" text,
	"fetched_from" timestamp(6) with time zone,
	"fetched_before" timestamp(6) with time zone,
	"run_id" bigint,
	"upload_id" text,
	"normalizer_version" smallint NOT NULL,
	"done_payload_id" bigint DEFAULT 0 NOT NULL,
	"done_bytes" bigint DEFAULT 0 NOT NULL,
	"next_line" integer DEFAULT 1 NOT NULL,
	"payloads_done" bigint DEFAULT 0 NOT NULL,
	"payloads_unreadable" bigint DEFAULT 0 NOT NULL,
	"rows_unchanged" bigint DEFAULT 0 NOT NULL,
	"rows_skipped" bigint DEFAULT 0 NOT NULL,
	"error_code" text,
	"error_message" text,
	"accepted_at" timestamp(6) with time zone NOT NULL,
	"finished_at" timestamp(6) with time zone,
	"promote_requested_at" timestamp(6) with time zone,
	"promoted_at" timestamp(6) with time zone,
	CONSTRAINT "replays_status" CHECK ("replays"."status" in ('queued', 'running', 'compared', 'promoting', 'promoted', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "poll_top" integer;--> statement-breakpoint
ALTER TABLE "replay_differences" ADD CONSTRAINT "replay_differences_replay_id_replays_id_fk" FOREIGN KEY ("replay_id") REFERENCES "public"."replays"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "observations_payload" ON "observations" USING brin ("raw_payload_id");