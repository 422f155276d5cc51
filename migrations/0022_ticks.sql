CREATE TABLE "tasks" (
	"type" text PRIMARY KEY NOT NULL,
	"asked" bigint DEFAULT 0 NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"touched_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "scheduled_at" timestamp(6) with time zone;--> statement-breakpoint
CREATE INDEX "runs_scheduled" ON "runs" USING btree ("source","scheduled_at") WHERE "runs"."scheduled_at" is not null;