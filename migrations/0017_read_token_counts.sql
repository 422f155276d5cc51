CREATE TABLE "read_token_counts" (
	"name" text PRIMARY KEY NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"limited" bigint DEFAULT 0 NOT NULL,
	"first_at" timestamp(6) with time zone NOT NULL,
	"last_at" timestamp(6) with time zone NOT NULL,
	"day" date NOT NULL,
	"day_requests" bigint DEFAULT 0 NOT NULL,
	"day_limited" bigint DEFAULT 0 NOT NULL,
	"month" date NOT NULL,
	"month_requests" bigint DEFAULT 0 NOT NULL,
	"month_limited" bigint DEFAULT 0 NOT NULL
);
