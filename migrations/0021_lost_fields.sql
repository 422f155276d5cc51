CREATE TABLE "drift_acceptances" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"contract" text NOT NULL,
	"field" text NOT NULL,
	"status" text NOT NULL,
	"was" text NOT NULL,
	"became" text NOT NULL,
	"accepted_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lost_fields" (
	"source" text NOT NULL,
	"endpoint" text NOT NULL,
	"field" text NOT NULL,
	"contract" text NOT NULL,
	"is_essential" boolean NOT NULL,
	"share" double precision NOT NULL,
	"usual_share" double precision NOT NULL,
	"lost_at" timestamp(6) with time zone NOT NULL,
	"raw_payload_id" bigint NOT NULL,
	CONSTRAINT "lost_fields_source_endpoint_field_pk" PRIMARY KEY("source","endpoint","field")
);
--> statement-breakpoint
CREATE TABLE "usual_shares" (
	"source" text NOT NULL,
	"endpoint" text NOT NULL,
	"shares" jsonb NOT NULL,
	"replies" integer NOT NULL,
	CONSTRAINT "usual_shares_source_endpoint_pk" PRIMARY KEY("source","endpoint")
);
