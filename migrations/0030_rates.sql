CREATE TABLE "rates" (
	"source" text NOT NULL,
	"observed_at" timestamp(6) with time zone NOT NULL,
	"revision" integer NOT NULL,
	"known_at" timestamp(6) with time zone NOT NULL,
	"superseded_at" timestamp(6) with time zone,
	"currencies" text[] NOT NULL,
	"names" text[] NOT NULL,
	"units_per_btc" numeric[] NOT NULL,
	"pointers" text[] NOT NULL,
	"raw_payload_id" bigint NOT NULL,
	"run_id" bigint NOT NULL,
	"normalizer_version" smallint NOT NULL,
	"flags" text[] NOT NULL,
	CONSTRAINT "rates_source_observed_at_revision_pk" PRIMARY KEY("source","observed_at","revision")
);
--> statement-breakpoint
CREATE INDEX "rates_observed" ON "rates" USING btree ("observed_at","source","revision");--> statement-breakpoint
CREATE INDEX "rates_run" ON "rates" USING btree ("run_id");