CREATE TABLE "backfills" (
	"run_id" bigint PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"days" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "call_ledger" (
	"source" text NOT NULL,
	"period" text NOT NULL,
	"starts_at" timestamp(6) with time zone NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"calls_max" bigint,
	CONSTRAINT "call_ledger_source_period_starts_at_pk" PRIMARY KEY("source","period","starts_at"),
	CONSTRAINT "call_ledger_period" CHECK ("call_ledger"."period" in ('minute', 'day', 'month'))
);
--> statement-breakpoint
CREATE TABLE "endpoint_failures" (
	"source" text NOT NULL,
	"endpoint" text NOT NULL,
	"failures" integer NOT NULL,
	"first_failed_at" timestamp(6) with time zone NOT NULL,
	"failed_at" timestamp(6) with time zone NOT NULL,
	"error_code" text NOT NULL,
	CONSTRAINT "endpoint_failures_source_endpoint_pk" PRIMARY KEY("source","endpoint")
);
--> statement-breakpoint
CREATE TABLE "gap_fills" (
	"gap_id" bigint NOT NULL,
	"listing_id" integer NOT NULL,
	"run_id" bigint NOT NULL,
	"observations" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "gap_fills_gap_id_listing_id_pk" PRIMARY KEY("gap_id","listing_id")
);
--> statement-breakpoint
CREATE TABLE "gaps" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gaps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"endpoint" text NOT NULL,
	"started_at" timestamp(6) with time zone NOT NULL,
	"ended_at" timestamp(6) with time zone,
	"every_minutes" integer NOT NULL,
	"cause" text NOT NULL,
	"error_code" text,
	"has_history" boolean NOT NULL,
	CONSTRAINT "gaps_span" UNIQUE("source","endpoint","started_at")
);
--> statement-breakpoint
CREATE TABLE "upstreams" (
	"source" text PRIMARY KEY NOT NULL,
	"plan" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp(6) with time zone,
	"ask_after" timestamp(6) with time zone,
	"slow_factor" integer DEFAULT 1 NOT NULL,
	"quota_since" timestamp(6) with time zone,
	"first_backfill_at" timestamp(6) with time zone
);
--> statement-breakpoint
ALTER TABLE "checkpoints" ADD COLUMN "every_minutes" integer;--> statement-breakpoint
ALTER TABLE "backfills" ADD CONSTRAINT "backfills_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gap_fills" ADD CONSTRAINT "gap_fills_gap_id_gaps_id_fk" FOREIGN KEY ("gap_id") REFERENCES "public"."gaps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gap_fills" ADD CONSTRAINT "gap_fills_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gap_fills_listing" ON "gap_fills" USING btree ("listing_id");