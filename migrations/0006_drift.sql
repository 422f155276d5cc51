CREATE TABLE "alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"raised_at" timestamp(6) with time zone NOT NULL,
	"changes" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp(6) with time zone NOT NULL,
	"sent_at" timestamp(6) with time zone,
	"error_message" text
);
--> statement-breakpoint
CREATE TABLE "health_states" (
	"subject" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"changed_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payload_shapes" (
	"source" text NOT NULL,
	"endpoint" text NOT NULL,
	"fingerprint" text NOT NULL,
	"first_payload_id" bigint NOT NULL,
	"first_seen_at" timestamp(6) with time zone NOT NULL,
	"last_payload_id" bigint NOT NULL,
	"last_seen_at" timestamp(6) with time zone NOT NULL,
	"payloads" bigint DEFAULT 0 NOT NULL,
	"records" integer NOT NULL,
	"fields" jsonb NOT NULL,
	CONSTRAINT "payload_shapes_source_endpoint_fingerprint_pk" PRIMARY KEY("source","endpoint","fingerprint")
);
--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "records" integer;--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "newest_observed_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "unknowns" jsonb;--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD COLUMN "shape" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "anomalies" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "raw_payloads_endpoint" ON "raw_payloads" USING btree ("source","endpoint","id");