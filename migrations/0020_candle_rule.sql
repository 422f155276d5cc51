CREATE TABLE "candle_rebuild" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"listing_id" integer NOT NULL,
	"day" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "candle_rebuild_one_row" CHECK ("candle_rebuild"."id")
);
--> statement-breakpoint
ALTER TABLE "candles" ADD COLUMN "beat_seconds" integer;--> statement-breakpoint
ALTER TABLE "candles" ADD COLUMN "rule" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "candles_outdated" ON "candles" USING btree ("listing_id","open_time") WHERE "candles"."rule" < 2;