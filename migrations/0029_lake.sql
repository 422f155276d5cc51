CREATE TABLE "lake_parts" (
	"part" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"day" date NOT NULL,
	"number" integer,
	"version_from" timestamp(6) with time zone NOT NULL,
	"version_to" timestamp(6) with time zone NOT NULL,
	"rows" integer NOT NULL,
	"content_hash" text NOT NULL,
	"size_bytes" bigint,
	"sha256" text,
	"written_at" timestamp(6) with time zone,
	CONSTRAINT "lake_parts_kind" CHECK ("lake_parts"."kind" in ('changes', 'listings'))
);
--> statement-breakpoint
CREATE TABLE "lake_progress" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"written_through" timestamp(6) with time zone,
	"complete_from" timestamp(6) with time zone,
	"parts" bigint DEFAULT 0 NOT NULL,
	"rows" bigint DEFAULT 0 NOT NULL,
	"size_bytes" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "lake_progress_one_row" CHECK ("lake_progress"."id")
);
--> statement-breakpoint
CREATE INDEX "lake_parts_version" ON "lake_parts" USING btree ("version_to","part");--> statement-breakpoint
CREATE UNIQUE INDEX "lake_parts_number" ON "lake_parts" USING btree ("day","number") WHERE "lake_parts"."number" is not null;