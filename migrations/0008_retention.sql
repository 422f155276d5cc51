CREATE TABLE "retention" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"horizon" timestamp(6) with time zone,
	"removed_at" timestamp(6) with time zone,
	"rows_removed" bigint DEFAULT 0 NOT NULL,
	"payloads_expired" bigint DEFAULT 0 NOT NULL,
	"maintained_at" timestamp(6) with time zone,
	CONSTRAINT "retention_one_row" CHECK ("retention"."id")
);
--> statement-breakpoint
CREATE TABLE "thinnings" (
	"source" text NOT NULL,
	"unit" text NOT NULL,
	"horizon" timestamp(6) with time zone NOT NULL,
	"place_known_at" timestamp(6) with time zone NOT NULL,
	"place_listing_id" integer NOT NULL,
	"place_observed_at" timestamp(6) with time zone NOT NULL,
	"rows_removed" bigint DEFAULT 0 NOT NULL,
	"finished_at" timestamp(6) with time zone,
	CONSTRAINT "thinnings_source_unit_pk" PRIMARY KEY("source","unit"),
	CONSTRAINT "thinnings_unit" CHECK ("thinnings"."unit" in ('hour', 'day'))
);
--> statement-breakpoint
ALTER TABLE "replays" ADD COLUMN "payloads_expired" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "expired_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "deleted_at" timestamp(6) with time zone;--> statement-breakpoint
CREATE INDEX "raw_payloads_kept" ON "raw_payloads" USING btree ("fetched_at") WHERE "raw_payloads"."expired_at" is null;--> statement-breakpoint
CREATE INDEX "raw_payloads_to_delete" ON "raw_payloads" USING btree ("id") WHERE "raw_payloads"."expired_at" is not null and "raw_payloads"."deleted_at" is null;--> statement-breakpoint
insert into retention (id) values (true);
