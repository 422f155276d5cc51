// Written by generate.ts from the OpenAPI document. Do not edit: npm run generate.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A description of the service
         * @description A page for browsers (Accept: text/html), otherwise JSON.
         */
        get: operations["get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Coins with their newest values, by rank
         * @description One row per asset with the values of a price page, from one source: the source that answers /prices. Assets are ordered by rank: the rank of the first of coingecko, coinpaprika, coinlore, csv that states one not older than a day; assets without a rank follow. In every order, assets without data of the last day come last; `max_age` leaves them out. Pages, and the parts of a whole CSV or NDJSON, show the present: a coin whose rank changes between two requests may move to another page.
         */
        get: operations["getAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One coin: its newest values, its listings and their mappings, and its history
         * @description For an asset that was merged into another, the reply has the other asset, under its id. coverage counts current rows.
         */
        get: operations["getAssetsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{id}/divergence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the sources of one asset differ
         * @description The newest spot price of each source counts. Prices more than max_gap seconds older than the newest, older than max_age, or stale according to their source are shown but not compared. Market bars are not compared either, because they hold for another instant. spread_bps = (highest - lowest) / lowest × 10000 and deviation_bps = (price - median) / median × 10000, computed exactly and rounded half away from zero to two decimals; the median of an even number of prices is halfway between the middle two. If fewer than two prices can be compared, the figures are null, and the readings say why.
         */
        get: operations["getAssetsByIdDivergence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backfills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch the history of a coin
         * @description Accepts a run that requests the history of one coin (one call) and adds unknown points as spot rows with the flag `backfill`; follow it at its Location. Polled rows do not change, and a repeated request adds nothing. Polling covers the last hour.
         */
        post: operations["postBackfills"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/candles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open, high, low and close per hour or day
         * @description Needs asset, symbol or external_id. An asset has one consolidated candle per hour or day, taken whole from one series, which source, external_id and basis name. With source or external_id each series has its own candles. An hour or day without a price has no candle. Observed candles have no volume, because sources report a rolling volume of 24 hours.
         */
        get: operations["getCandles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/candles/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rebuild all observed candles
         * @description Loads keep candles up to date, so this is for repair. The work goes through the queue, in slices between loads, and resumes after an interruption. Candles whose observations were thinned do not change. A repeated request starts again.
         */
        post: operations["postCandlesRebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The changes of the tape after a version, in order
         * @description Rows added, revised and withdrawn, and listings remapped and relabelled. Within one version they are ordered by listing, kind, created_at and revision. A copy that applies them in order equals /data at that version. Thinning is not a change.
         */
        get: operations["getChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Normalized observations, newest first
         * @description Rows of every source side by side; nothing is averaged or joined. Cursors see the data as of their first page.
         */
        get: operations["getData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/divergence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where sources disagree on a price, widest spread first
         * @description The newest spot price of each source counts. Prices more than max_gap seconds older than the newest, older than max_age, or stale according to their source are shown but not compared. Market bars are not compared either, because they hold for another instant. spread_bps = (highest - lowest) / lowest × 10000 and deviation_bps = (price - median) / median × 10000, computed exactly and rounded half away from zero to two decimals; the median of an even number of prices is halfway between the middle two.
         */
        get: operations["getDivergence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How upstream records differ from their contracts and from earlier records
         * @description The newest replies of each endpoint, compared with the fields of the contract and with the first reply; and fields of the contract that are `unknown` in far more records than usual. Unread fields of the first reply are no drift. Changes that `POST /drift/{id}/accept` declared usual are left out. A rename is a proposal for a person; it is never applied automatically. `meta.watched` lists the endpoints.
         */
        get: operations["getDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drift/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Declare a change of form to be usual from now on
         * @description The drift leaves `/drift`, and /health, /metrics and alerts no longer report a lost field: its present share of unknown values is what later replies are compared with. A field that returns and disappears again is a new drift. A repeated request is the same acceptance. No body is needed.
         */
        post: operations["postDriftByIdAccept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Holes in the series, newest first
         * @description Periods of more than three beats without a good reply of an endpoint: since when, why, and whether history can fill them. With `asset` only those of the endpoints that gave it.
         */
        get: operations["getGaps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/global": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole market as each source defines it, newest first
         * @description Sources count different coins and venues: their totals are not comparable, and never merged here.
         */
        get: operations["getGlobal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health of the database and of each source
         * @description 503 with the same body if the database cannot be reached. `csv` waits for uploads and is never stale. `message` says what was unusual about the newest run (`anomalies`); the source stays ok.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Parquet parts of all changes, oldest first
         * @description With LAKE=on every change of a row is written to Parquet, day by day, once. A day may have several parts, and the running day has some if somebody requested them.
         */
        get: operations["getLake"];
        put?: never;
        /**
         * Write the parts that are due now
         * @description Writes everything known by now, including the running day, whose later changes follow in a later part. Days that are over are written automatically once an hour. The work goes through the queue.
         */
        post: operations["postLake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lake/{part}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bytes of a part
         * @description A Parquet file; its name always means the same bytes. Supports Range and If-Range; no rate limit for clients that may read it.
         */
        get: operations["getLakeByPart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The Worker runs
         * @description Touches neither the database nor the configuration.
         */
        get: operations["getLivez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which listing is which asset, and how that is known; newest first */
        get: operations["getMappings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mappings/{id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm, reject or pin a mapping
         * @description The decision is stored at once, and the next resolution, which is queued, applies it. It overrides all other evidence until a later decision. Observations are never rewritten. A repeated decision is the same decision.
         */
        post: operations["postMappingsByIdDecisions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mappings/{id}/decisions/{decision}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a decision back
         * @description The decision no longer applies, and the evidence decides again at the next resolution, which is queued. The mapping keeps the decision, with who undid it and why. A repeated request changes nothing.
         */
        post: operations["postMappingsByIdDecisionsByDecisionUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The tape for agents: Model Context Protocol, streamable HTTP
         * @description One JSON-RPC message per request, without sessions. The tools read the same data as the routes, with the same ids, flags and attribution; docs/agents.md shows how to connect agents.
         */
        post: operations["postMcp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description Text format 0.0.4, from the state in the database, so every isolate returns the same.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/observations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One observation with all its revisions, newest first */
        get: operations["getObservationsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/observations/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One observation recomputed from the bytes it came from
         * @description Reads the stored bytes, verifies their hash, finds the record and reads it again with the current code. The answer reports missing or broken bytes. If raw records need a token, only a request with the token gets the record.
         */
        get: operations["getObservationsByIdProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last price of each asset at or before an instant
         * @description One series answers, never an average. A series is one listing and kind, with its last row at or before the instant, and is on time while that is at most three of its beats old, and two days. (1) One whose value is older than that of a finer one (beat less than half) is out. (2) Of those on time the ones whose beat is at most twice the finest are kept, and the first in the order coingecko, coinpaprika, coinlore, csv answers. (3) When none is on time the newest answers, and is `stale`. A value flagged `anomaly` answers only when no other is on time. spread_bps is the difference between the highest and the lowest of the values kept in (2), in hundredths of a percent of the lowest. A symbol is not an identity: when several assets go by it, the input is `ambiguous` and the first ten candidates, by the rank of the coin, say what to ask for.
         */
        get: operations["getPrices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prices/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The last prices at many points, each an asset and an instant
         * @description Up to 1000 points in one round trip: the rows of /prices, in the order of the points that have a price, and the others in `missing` by their index. One series answers, never an average. A series is one listing and kind, with its last row at or before the instant, and is on time while that is at most three of its beats old, and two days. (1) One whose value is older than that of a finer one (beat less than half) is out. (2) Of those on time the ones whose beat is at most twice the finest are kept, and the first in the order coingecko, coinpaprika, coinlore, csv answers. (3) When none is on time the newest answers, and is `stale`. A value flagged `anomaly` answers only when no other is on time. spread_bps is the difference between the highest and the lowest of the values kept in (2), in hundredths of a percent of the lowest.
         */
        post: operations["postPricesQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * US dollars per unit of other currencies, at an instant
         * @description As their source states them: the price of a bitcoin in each currency and in US dollars, from one reply. A currency without a known rate at that instant has no row. `/rates/{id}/proof` leads to the bytes; `/prices?quote=` converts with the same rates.
         */
        get: operations["getRates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rates/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One rate recomputed from the bytes it came from
         * @description Reads the stored bytes, verifies their hash, and reads the records of the currency and of the US dollar again with the current code. The answer reports missing or broken bytes.
         */
        get: operations["getRatesByIdProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/raw/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The exact bytes of an upstream reply, by their SHA-256 */
        get: operations["getRawBySha256"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read stored payloads again, and compare
         * @description A dry run through the queue: the current code reads every stored reply and file of the range, and the result is compared with the existing rows. Nothing changes. Without a body it covers everything.
         */
        post: operations["postReplays"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A replay, and its first differences field by field */
        get: operations["getReplaysById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replays/{id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply the differences of a replay
         * @description Supersedes exactly the rows that the differences name; a row that is no longer current is skipped. Nothing is deleted. A repeated request changes nothing.
         */
        post: operations["postReplaysByIdPromote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs, newest first */
        get: operations["getRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run with its upstream replies and first rejects */
        get: operations["getRunsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw the rows of a run
         * @description The withdrawal supersedes its current rows, and the values that they had replaced return as new revisions. Nothing is deleted, and the reason is kept. A repeated request changes nothing.
         */
        post: operations["postRunsByIdWithdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Two runs of one source, side by side
         * @description Counts, durations, and for every endpoint that both requested: new and missing coins, the largest price changes, how often fields are unknown, and changes of the schema. Coins and prices come from the stored bytes; if those have expired, the rest is still compared.
         */
        get: operations["getRunsCompare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rows, runs and calls of each source
         * @description Runs are polls and uploads, here, in /metrics and in /health. None of them counts dry runs; fetched history is in `backfills`. Durations are in milliseconds and cover the newest 100 ended runs. `quota` counts the calls of each upstream in the current minute and month (UTC) against its plan, including retries and backfills. `read_tokens` counts the requests of each named read token, and is shown to clients that send a read token. Its counts are lower bounds: isolates write every ten seconds and may lose what they have not written.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/trigger-etl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run sources now
         * @description Accepts one run per source and sends it to the queue. Without a body every polled source runs. A run that another run has made unnecessary ends as skipped. Uploads that lost their message are resumed too.
         */
        post: operations["postTriggerEtl"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Uploads, newest first */
        get: operations["getUploads"];
        put?: never;
        /**
         * Send a CSV file
         * @description The body is the file itself (`curl -X POST -T FILE`, `fetch(url, { method: "POST", body: file })`), with its Content-Length, plain or with `Content-Encoding: gzip`. The queue ingests it; the upload shows the progress. The same bytes with the same parameters return the first upload, unless that failed or was withdrawn.
         */
        post: operations["postUploads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One upload: its plan, its progress, its result */
        get: operations["getUploadsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}/read-again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the bytes of an upload again, with other parameters
         * @description Takes no body. The rows of the upload are withdrawn; then a new upload reads the stored bytes with these parameters, which replace all earlier ones except the file name. The reply names the new upload. Not possible for a dry run, or for an upload that is still being read or withdrawn, or was already read again.
         */
        post: operations["postUploadsByIdReadAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}/rejects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rejected records of an upload, in the order of the file */
        get: operations["getUploadsByIdRejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw the rows of an upload
         * @description The withdrawal supersedes its current rows, and the values that they had replaced return as new revisions. Nothing is deleted, and the reason is kept. A repeated request changes nothing.
         */
        post: operations["postUploadsByIdWithdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedBackfill: {
            asset: string;
            days: number;
            external_id: string;
            links: {
                run: string;
            };
            run: {
                id: number;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                /** @enum {string} */
                status: "queued";
            };
        };
        AcceptedDrift: {
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            accepted_at: string;
            endpoint: string;
            field: string;
            id: string;
            is: string;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /** @enum {string} */
            status: "added" | "gone" | "type_changed" | "range_changed" | "unknown";
            was: string;
        };
        AcceptedReplay: {
            id: number;
            links: {
                promote: string;
                self: string;
            };
            /** @enum {string} */
            status: "queued" | "running" | "compared" | "promoting" | "promoted" | "failed";
        };
        AcceptedUpload: {
            /**
             * Format: uuid
             * @example 6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11
             */
            id: string;
            links: {
                rejects: string;
                run: string;
                self: string;
            };
            meta: components["schemas"]["Meta"];
            /** @enum {string} */
            status: "queued" | "processing" | "succeeded" | "failed" | "withdrawn";
        };
        /** @description Something unusual about a run; its rows are as the source sent them. */
        Anomaly: {
            /**
             * @description More may be added.
             * @enum {string}
             */
            code: "row_count" | "null_rate" | "price_move" | "time_stands_still";
            /** @description The reply it was seen in. */
            endpoint: string | null;
            message: string;
        };
        Asset: {
            age_seconds: number | null;
            /**
             * @description Our id of the coin.
             * @example btc-bitcoin
             */
            asset: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            ath_at: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            ath_usd: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            circulating_supply: string | null;
            /**
             * Format: date-time
             * @description The instant of the values; null without any.
             * @example 2025-01-10T10:00:00Z
             */
            created_at: string | null;
            external_id: string | null;
            flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            fully_diluted_valuation_usd: string | null;
            image_url: string | null;
            /**
             * @description The price of a bar is its close.
             * @enum {string|null}
             */
            kind: "spot" | "bar_close" | null;
            /**
             * Format: date-time
             * @description When a source last sent it; null for files.
             * @example 2025-01-10T10:00:00Z
             */
            last_seen_at: string | null;
            listings_count: number;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_usd: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            max_supply: string | null;
            name: string | null;
            observation_id: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_1h: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_7d: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_24h: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            price_usd: string | null;
            rank: number | null;
            /**
             * @description The source of the values; never a mix.
             * @enum {string|null}
             */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv" | null;
            /** @description Not on time: see /prices. */
            stale: boolean | null;
            /**
             * @description `inactive` if each of its listings is gone from the complete lists of its source, or had no data for seven days.
             * @enum {string}
             */
            status: "active" | "inactive";
            symbol: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            total_supply: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            volume_24h_usd: string | null;
        };
        AssetCandidate: {
            /**
             * @description The value to send as `asset`.
             * @example btc-bitcoin
             */
            asset: string;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_usd: string | null;
            name: string | null;
            /** @description The rank of the coin, by the first source that states one. */
            rank: number | null;
            symbol: string | null;
        };
        AssetDetail: components["schemas"]["Asset"] & {
            contracts: {
                address: string;
                chain: string;
                sources: ("coinpaprika" | "coingecko" | "coinlore" | "csv")[];
            }[];
            coverage: {
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                first: string;
                /** @enum {string} */
                kind: "spot" | "bar_close";
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                known_since: string;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                last: string;
                /**
                 * @description For bars; null if unknown.
                 * @example 1d
                 */
                period: string | null;
                rows: number;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            }[];
            /**
             * @description Its current id at each source.
             * @example {
             *       "coingecko": "bitcoin",
             *       "coinpaprika": "btc-bitcoin"
             *     }
             */
            ids: {
                [key: string]: string;
            };
            listings: {
                external_id: string;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                first_ingested_at: string;
                mapping: {
                    /**
                     * @description Our id of the coin.
                     * @example btc-bitcoin
                     */
                    asset: string;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    confidence: string | null;
                    decisions: components["schemas"]["Decision"][];
                    evidence: {
                        [key: string]: unknown;
                    };
                    flag_reason: string | null;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    flagged_at: string | null;
                    id: number;
                    /** @enum {string} */
                    method: "decision" | "reviewed" | "contract" | "id" | "succession" | "name" | "similar" | "symbol" | "own";
                    /** @description For a proposal or a conflict: the newest price of the listing (is_mapped) beside those of the asset. */
                    prices: {
                        /**
                         * Format: date-time
                         * @example 2025-01-10T10:00:00Z
                         */
                        created_at: string;
                        external_id: string;
                        is_mapped: boolean;
                        /**
                         * @description Exact; null is unknown.
                         * @example 45000.5
                         */
                        price_usd: string | null;
                        /** @enum {string} */
                        source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                    }[];
                    /** @enum {string} */
                    state: "active" | "proposed" | "conflict" | "rejected" | "ended";
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    valid_from: string;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    valid_to: string | null;
                } | null;
                name: string | null;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                symbol: string | null;
            }[];
        };
        Attribution: {
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            text: string;
            url: string | null;
        };
        Candle: {
            /** @description Our id of the coin; null until resolved. */
            asset: string | null;
            /**
             * @description Its origin, also for a consolidated candle.
             * @enum {string}
             */
            basis: "observed" | "reported";
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            close: string | null;
            /**
             * Format: date-time
             * @description The open_time of the next candle. A reading at exactly this instant closes this candle and opens the next.
             * @example 2025-01-10T10:00:00Z
             */
            close_time: string;
            /** @description The bucket is over, the first reading is at most two beats after open_time, and the last at most two beats before close_time. Always true for a bar of a file. */
            complete: boolean;
            /** @description The number of observations behind it, including those on its borders; null for a bar of a file. */
            count: number | null;
            /**
             * @description The series it is of.
             * @example btc-bitcoin
             */
            external_id: string;
            /**
             * Format: date-time
             * @description Its first observation; null for a bar of a file.
             * @example 2025-01-10T10:00:00Z
             */
            first_at: string | null;
            /**
             * @description Null if all its readings are on its borders.
             * @example 45000.5
             */
            high: string | null;
            /**
             * Format: date-time
             * @description Its last observation; null for a bar of a file.
             * @example 2025-01-10T10:00:00Z
             */
            last_at: string | null;
            /**
             * @description Null if all its readings are on its borders.
             * @example 45000.5
             */
            low: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            open: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            open_time: string;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            volume_usd: string | null;
        };
        Change: {
            after: components["schemas"]["ListingLabels"] & unknown;
            before: components["schemas"]["ListingLabels"];
            /**
             * @description `added`: a row for a key that had none. `revised`: a row that replaced another. `withdrawn`: a row that ended without a successor. `remapped`, `relabelled`: a listing has another asset, or another symbol or name.
             * @enum {string}
             */
            change: "added" | "revised" | "withdrawn" | "remapped" | "relabelled";
            /** @description The id of the row that came or ended; null for a listing. */
            id: string | null;
            /**
             * @description `source:external_id`.
             * @example coinpaprika:btc-bitcoin
             */
            listing: string;
            /** @description Why a withdrawal or the promotion of a replay ended a row, or restored an older one. */
            reason: string | null;
            /** @description For `revised`: the id of the row that ended. */
            replaces: string | null;
            row: components["schemas"]["Observation"] & (Record<string, never> | null);
            /**
             * Format: date-time
             * @description The version of the tape that made the change.
             * @example 2025-01-10T10:00:00Z
             */
            version: string;
        };
        DataRow: components["schemas"]["Observation"] & {
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            ath_at?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            ath_usd?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            circulating_supply?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            fully_diluted_valuation_usd?: string | null;
            image_url?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            max_supply?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_1h?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_7d?: string | null;
            rank?: number | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            total_supply?: string | null;
        };
        Decision: {
            /** @enum {string} */
            action: "confirm" | "reject" | "pin";
            /**
             * @description Our id of the coin.
             * @example btc-bitcoin
             */
            asset: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            decided_at: string;
            id: number;
            /**
             * Format: date-time
             * @description When it was undone; null while it applies.
             * @example 2025-01-10T10:00:00Z
             */
            undone_at?: string | null;
            undone_by?: string | null;
            undone_why?: string | null;
            who: string;
            why: string;
        };
        Description: {
            description: string;
            docs: string;
            endpoints: {
                method: string;
                path: string;
                summary: string;
            }[];
            /** @enum {string} */
            name: "cointape";
            openapi: string;
            sources: {
                attribution: components["schemas"]["Attribution"];
                /** @description Whether it is polled. */
                polled: boolean;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                title: string;
            }[];
            /** @enum {string} */
            upstreams: "live" | "sandbox";
            version: string;
        };
        Divergence: {
            /**
             * @description Our id of the coin.
             * @example btc-bitcoin
             */
            asset: string;
            /** @description How many prices are compared: the inputs of the median. */
            compared: number;
            /** @description Oldest to newest of the compared prices. */
            gap_seconds: number | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_usd: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            median_price_usd: string | null;
            name: string | null;
            /**
             * @description The source furthest from the median, of three or more; with two sources there is none.
             * @enum {string|null}
             */
            outlier: "coinpaprika" | "coingecko" | "coinlore" | "csv" | null;
            readings: {
                age_seconds: number;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                created_at: string;
                /**
                 * @description Exact; null is unknown.
                 * @example 45000.5
                 */
                deviation_bps: string | null;
                /**
                 * @description Why it is not compared: its source calls it stale, it is older than max_age, or it is more than max_gap older than the newest.
                 * @enum {string|null}
                 */
                excluded: "stale" | "age" | "gap" | null;
                external_id: string;
                /** @description Behind the newest compared price. */
                gap_seconds: number | null;
                observation_id: string;
                /**
                 * @description Exact; null is unknown.
                 * @example 45000.5
                 */
                price_usd: string | null;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            }[];
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            spread_bps: string | null;
            symbol: string | null;
        };
        Drift: {
            /** @description Whether it causes rejects. */
            breaking: boolean;
            /**
             * @description Pages and platforms are one endpoint.
             * @example tickers
             */
            endpoint: string;
            /** @example quotes.USD.price */
            field: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            first_seen_at: string;
            /**
             * @description For `POST /drift/{id}/accept`.
             * @example 0123456789abcdef
             */
            id: string;
            is: string;
            /**
             * Format: date-time
             * @description When the field was last there.
             * @example 2025-01-10T10:00:00Z
             */
            last_seen_at: string | null;
            /** @description The exact bytes of the first reply that shows it. */
            raw: string;
            /** @description Whether the contract reads the field. */
            read: boolean;
            /** @description The field that this one may have become, or been. Never applied automatically. */
            rename: {
                because: string;
                confidence: number;
                field: string;
            } | null;
            /** @description The requests whose replies show it. */
            requests: string[];
            run_id: number;
            /** @description The share of the newest records with a value in the field. */
            share_of_records: number;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /** @enum {string} */
            status: "added" | "gone" | "type_changed" | "range_changed" | "unknown";
            was: string;
        };
        /** @description Null for a source that is not polled. */
        Forecast: {
            /** @description The limit of the month; null if none is known. */
            calls_max: number | null;
            /**
             * Format: date-time
             * @description The tick that asks next.
             * @example 2025-01-10T10:00:00Z
             */
            next_call_at: string;
            /** @description Between two calls of its fastest endpoint at the current pace; null while it is not polled. */
            pace_minutes: number | null;
            /** @description Planned calls of polls and lists until the month ends. */
            planned_calls: number;
            /** @description The expected total of the month. */
            projected_calls: number;
            /** @description Calls that gaps and history want and will get this month. */
            spare_calls: number;
            /** @description Calls that gaps and history of the largest coins still want. */
            wanted: {
                gap: number;
                history: number;
            };
        } | null;
        Gap: {
            /** @enum {string} */
            cause: "not_running" | "upstream_failing" | "rate_limited" | "quota" | "key_refused" | "plan_limit" | "banned" | "contract_broken";
            /** @description How many of the largest coins get their missed hours automatically, for how many they were requested, and how many coins have some, requested in any way. All are 0 until the gap has been over for an hour. */
            coins: {
                asked: number;
                filled: number;
                wanted: number;
            };
            duration_seconds: number;
            /**
             * Format: date-time
             * @description The first good reply after it; null while it continues.
             * @example 2025-01-10T10:00:00Z
             */
            ended_at: string | null;
            /**
             * @description The endpoint that failed, or was not requested.
             * @example tickers
             */
            endpoint: string;
            /** @description The code of the newest failure; null if nothing was requested. */
            error_code: string | null;
            /** @description At most 100, the largest first; `coins.filled` counts all. */
            filled: {
                asset: string;
                external_id: string;
                /** @description Rows of history inside the gap. */
                observations: number;
                run_id: number;
            }[];
            id: number;
            /** @description The number of replies that were due in between. */
            missed: number;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * Format: date-time
             * @description The last good reply before it.
             * @example 2025-01-10T10:00:00Z
             */
            started_at: string;
            /**
             * @description `open`: it continues. `lost`: its source gives no history, or has none for it. `fillable`: it can be filled, automatically or by POST /backfills. `partly_filled`: some of its coins have rows, or some of their hours. `filled`: every wanted coin has all hours; with the filter asset, those assets have.
             * @enum {string}
             */
            status: "open" | "lost" | "fillable" | "partly_filled" | "filled";
        };
        Health: {
            database: {
                connected: boolean;
                latency_ms: number | null;
                /** @description Why it cannot be used; null if it can. */
                message: string | null;
            };
            sources: {
                age_seconds: number | null;
                anomalies: ("row_count" | "null_rate" | "price_move" | "time_stands_still")[];
                /** @description Set while it is polled more slowly than planned. */
                effective_pace: {
                    every_minutes: number;
                    planned_minutes: number;
                } | null;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                last_run_at: string | null;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                last_success_at: string | null;
                /** @description Fields that are unknown far more often than usual, until they return or `POST /drift/{id}/accept` accepts it. Only a price, an id or an instant degrades the source. */
                lost_fields: {
                    endpoint: string;
                    field: string;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    since: string;
                }[];
                message: string | null;
                /** @description The age of its newest spot row. If runs succeed and this is no longer on time, the source is degraded. */
                newest_data_age_seconds: number | null;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                /** @description Whether it had no success for three of its beats, at its effective pace. */
                stale: boolean;
                /** @enum {string} */
                status: "ok" | "degraded";
            }[];
            /** @enum {string} */
            status: "ok" | "degraded" | "down";
            /** @enum {string} */
            upstreams: "live" | "sandbox";
            version: string;
        };
        JsonRpcReply: {
            error?: {
                code: number;
                message: string;
            } & {
                [key: string]: unknown;
            };
            id?: string | number | null;
            /** @enum {string} */
            jsonrpc: "2.0";
            result?: {
                [key: string]: unknown;
            };
        };
        LakePart: {
            /** @description A hash over the texts of its rows; see docs/lake.md. */
            content_hash: string;
            /**
             * Format: date
             * @description The day (UTC) on which its changes became known.
             */
            day: string;
            /** @enum {string} */
            kind: "changes" | "listings";
            /** @example 2025-01-10-0001-0f1e2d3c4b5a.parquet */
            part: string;
            rows: number;
            sha256: string;
            size_bytes: number;
            /** @description The address of its bytes, relative to this request. */
            url: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            version_from: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            version_to: string;
        };
        /** @description For `remapped` and `relabelled`. */
        ListingLabels: {
            asset: string | null;
            name: string | null;
            symbol: string | null;
        } | null;
        Mapping: {
            /**
             * @description Our id of the coin.
             * @example btc-bitcoin
             */
            asset: string;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            confidence: string | null;
            decisions: components["schemas"]["Decision"][];
            evidence: {
                [key: string]: unknown;
            };
            external_id: string;
            flag_reason: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            flagged_at: string | null;
            id: number;
            /** @enum {string} */
            method: "decision" | "reviewed" | "contract" | "id" | "succession" | "name" | "similar" | "symbol" | "own";
            name: string | null;
            /** @description For a proposal or a conflict: the newest price of the listing (is_mapped) beside those of the asset. */
            prices: {
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                created_at: string;
                external_id: string;
                is_mapped: boolean;
                /**
                 * @description Exact; null is unknown.
                 * @example 45000.5
                 */
                price_usd: string | null;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            }[];
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /** @enum {string} */
            state: "active" | "proposed" | "conflict" | "rejected" | "ended";
            symbol: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            valid_from: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            valid_to: string | null;
        };
        MarketTotals: {
            assets_count: number | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            bitcoin_dominance_percent: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            created_at: string;
            flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            ingested_at: string;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_change_24h_percent: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_usd: string | null;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            volume_24h_usd: string | null;
        };
        Meta: {
            /**
             * Format: date-time
             * @description When this was answered: what a cache on the way still gives later is as of then, and ages are those of then, unless the request names an instant or goes on with a walk, whose ages are those of its first page.
             * @example 2025-01-10T10:00:00Z
             */
            answered_at: string;
            api_latency_ms: number;
            attribution: components["schemas"]["Attribution"][];
            request_id: string;
            warnings?: string[];
        };
        MissingPoint: components["schemas"]["MissingPrice"] & {
            /** @description Of the point, from 0. */
            index: number;
        };
        MissingPrice: {
            candidates: (components["schemas"]["AssetCandidate"] & {
                /**
                 * @description The request that returns its price.
                 * @example /prices?asset=btc-bitcoin
                 */
                call: string;
            })[];
            /** @enum {string} */
            code: "unknown" | "ambiguous" | "no_price" | "no_rate";
            /** @description With explain=true. */
            explain?: {
                series: {
                    age_seconds: number;
                    /** @description How far apart its rows are planned or spaced; a file never counts as finer than what is polled. */
                    beat_seconds: number | null;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    created_at: string;
                    external_id: string;
                    flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
                    /** @enum {string} */
                    kind: "spot" | "bar_close";
                    observation_id: string;
                    /** @description At most three beats old, and at most two days. */
                    on_time: boolean;
                    /**
                     * @description `takes_no_part`: its last row has no price above zero, or is a bar of unknown period; `anomaly`: flagged as an anomaly while another series is on time; `older_than_finer`: step 1: older than the value of a finer series; `late`: step 2: not on time while another is; `coarser`: step 2: its beat is more than twice the finest; `kept`: step 2: kept, behind the one that answers; `older`: step 3: none is on time, and another is newer; `answers`: the one that answers.
                     * @enum {string}
                     */
                    outcome: "takes_no_part" | "anomaly" | "older_than_finer" | "late" | "coarser" | "kept" | "older" | "answers";
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    price_usd: string | null;
                    /** @enum {string} */
                    source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                }[];
                /** @description The step that decided, 1 to 3; null when no series takes part. */
                step: number | null;
            };
            input: string;
            /** @description Why, and what to ask instead. */
            message: string;
        };
        Observation: {
            /** @description Our id of the coin; null until resolved. */
            asset: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            created_at: string;
            /** @example btc-bitcoin */
            external_id: string;
            flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            high_usd: string | null;
            /** @example coinpaprika_btc-bitcoin_spot_1736503200000000_1 */
            id: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            ingested_at: string;
            /** @enum {string} */
            kind: "spot" | "bar_close";
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            low_usd: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_usd: string | null;
            /** @example Bitcoin */
            name: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            open_usd: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_24h: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            price_usd: string | null;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            superseded_at?: string | null;
            /** @example BTC */
            ticker: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            volume_24h_usd: string | null;
        };
        ObservationWithRevisions: components["schemas"]["Observation"] & {
            revisions: components["schemas"]["Observation"][];
        };
        Pagination: {
            limit: number;
            /**
             * @description Path and query of the next page, relative to this request; also the Link header.
             * @example /data?cursor=WyJvYnNlcnZlZF9hdCJd
             */
            next: string | null;
            next_cursor: string | null;
            offset: number | null;
            returned: number;
            total: number | null;
        };
        Price: {
            /** @description Of created_at, at the instant asked about: `at`, or else meta.answered_at. */
            age_seconds: number;
            asset: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            created_at: string;
            /** @description With explain=true. */
            explain?: {
                series: {
                    age_seconds: number;
                    /** @description How far apart its rows are planned or spaced; a file never counts as finer than what is polled. */
                    beat_seconds: number | null;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    created_at: string;
                    external_id: string;
                    flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
                    /** @enum {string} */
                    kind: "spot" | "bar_close";
                    observation_id: string;
                    /** @description At most three beats old, and at most two days. */
                    on_time: boolean;
                    /**
                     * @description `takes_no_part`: its last row has no price above zero, or is a bar of unknown period; `anomaly`: flagged as an anomaly while another series is on time; `older_than_finer`: step 1: older than the value of a finer series; `late`: step 2: not on time while another is; `coarser`: step 2: its beat is more than twice the finest; `kept`: step 2: kept, behind the one that answers; `older`: step 3: none is on time, and another is newer; `answers`: the one that answers.
                     * @enum {string}
                     */
                    outcome: "takes_no_part" | "anomaly" | "older_than_finer" | "late" | "coarser" | "kept" | "older" | "answers";
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    price_usd: string | null;
                    /** @enum {string} */
                    source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                }[];
                /** @description The step that decided, 1 to 3; null when no series takes part. */
                step: number | null;
            };
            external_id: string;
            flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
            input: string;
            /**
             * @description Of a bar the price is its close, and created_at its end.
             * @enum {string}
             */
            kind: "spot" | "bar_close";
            /**
             * @description With quote: the figure in US dollars × units_per_btc / usd_per_btc of the rate, rounded once, half away from zero, to twelve significant digits.
             * @example 45000.5
             */
            market_cap?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            market_cap_usd: string | null;
            name: string | null;
            observation_id: string;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            percent_change_24h: string | null;
            /**
             * @description With quote: the figure in US dollars × units_per_btc / usd_per_btc of the rate, rounded once, half away from zero, to twelve significant digits.
             * @example 45000.5
             */
            price?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            price_usd: string | null;
            /**
             * @description With quote: the currency.
             * @example eur
             */
            quote?: string;
            /**
             * Format: date-time
             * @description With quote: the instant of the rate.
             * @example 2025-01-10T10:00:00Z
             */
            rate_created_at?: string;
            /**
             * @description With quote: the rate that converted the row; see /rates/{id}/proof.
             * @example coingecko_eur_rate_1736503200000000_1
             */
            rate_id?: string;
            /** @description With quote: the rate is not on time. */
            rate_stale?: boolean;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            spread_bps: string | null;
            /** @description No series is on time, or, of a converted row, the rate is not. */
            stale: boolean;
            symbol: string | null;
            /**
             * @description With quote: the figure in US dollars × units_per_btc / usd_per_btc of the rate, rounded once, half away from zero, to twelve significant digits.
             * @example 45000.5
             */
            volume_24h?: string | null;
            /**
             * @description Exact; null is unknown.
             * @example 45000.5
             */
            volume_24h_usd: string | null;
        };
        /** @description RFC 9457. */
        Problem: {
            candidates?: string[];
            /** @example invalid_request */
            code: string;
            detail: string;
            errors?: {
                message: string;
                path: string;
            }[];
            instance: string;
            request_id: string;
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        Proof: {
            bytes: {
                /**
                 * Format: date-time
                 * @description When retention deleted them; null while they are stored.
                 * @example 2025-01-10T10:00:00Z
                 */
                expired_at: string | null;
                /** @description Null if they could not be read. */
                found_sha256: string | null;
                /** @description Why nothing could be recomputed; null otherwise. */
                problem: {
                    /** @enum {string} */
                    code: "bytes_expired" | "bytes_missing" | "bytes_corrupted" | "bytes_unavailable" | "payload_unreadable" | "record_missing" | "record_refused";
                    message: string;
                } | null;
                /** @description Where the exact bytes are. */
                raw: string;
                /** @description The hash of the bytes as received. */
                sha256: string;
                size_bytes: number;
                /** @description Whether the stored bytes were read now and have this hash. */
                verified: boolean;
            };
            /** @description The bytes equal those that were received, and every recomputed value matches. */
            matches: boolean;
            normalizer_version: {
                /** @description The version of the code that recomputed it now. */
                current: number;
                /** @description The version of the code that made the row. */
                stored: number;
            };
            observation: components["schemas"]["Observation"];
            /**
             * @description JSON Pointer of the record, or `bytes=<first>-<last>;line=<line>` of a file.
             * @example /0
             */
            pointer: string;
            /** @description Why nothing could be recomputed; null otherwise. */
            problem: {
                /** @enum {string} */
                code: "bytes_expired" | "bytes_missing" | "bytes_corrupted" | "bytes_unavailable" | "payload_unreadable" | "record_missing" | "record_refused";
                message: string;
            } | null;
            /** @description The record exactly as sent. Null if it was not found, or needs a token. */
            record: string | null;
            request: {
                content_type: string | null;
                endpoint: string;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                fetched_at: string;
                /**
                 * Format: date-time
                 * @description When the same bytes first arrived: the instant of records without a time.
                 * @example 2025-01-10T10:00:00Z
                 */
                first_fetched_at: string;
                status: number;
                upload_id: string | null;
                /** @description Without keys; null for an uploaded file. */
                url: string | null;
            };
            run: {
                id: number;
                self: string;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                started_at: string | null;
                /** @enum {string} */
                trigger: "cron" | "manual" | "upload" | "dry_run" | "backfill";
            };
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            superseded: {
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                at: string;
                /** @description The row that replaced it. */
                by: string | null;
                /** @enum {string} */
                reason: "changed" | "withdrawn" | "replayed";
                withdraw_reason: string | null;
            } | null;
            values: {
                [key: string]: {
                    matches: boolean;
                    recomputed: (number | string) | string | string[] | null;
                    served: (number | string) | string | string[] | null;
                };
            } | null;
        };
        /** @description Null for a source that is not polled, or has not been polled yet. */
        Quota: {
            forecast: components["schemas"]["Forecast"];
            periods: {
                /** @description For a month: polls, lists of coins, manual requests, gaps, history. Null for a minute. */
                by_purpose: {
                    gap?: number;
                    history?: number;
                    lists?: number;
                    live?: number;
                    manual?: number;
                } | null;
                calls: number;
                /** @description Null: no limit is known. */
                calls_max: number | null;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                ends_at: string;
                /** @enum {string} */
                period: "minute" | "day" | "month";
                /** @description For a month: the calls by its end, from what is planned from now on. Null for a minute. */
                projected_calls: number | null;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                starts_at: string;
            }[];
            /** @description The vendor's plan; `keyless` without a key. */
            plan: string;
            /** @description How many times slower than planned it is polled, because it said "too many requests". */
            slow_factor: number;
        } | null;
        Rate: {
            age_seconds: number;
            /**
             * Format: date-time
             * @description When these bytes were first fetched: the source sends no time.
             * @example 2025-01-10T10:00:00Z
             */
            created_at: string;
            /**
             * @description The source's code for it, in lower case.
             * @example eur
             */
            currency: string;
            flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            ingested_at: string;
            /** @example Euro */
            name: string | null;
            /** @example coingecko_eur_rate_1736503200000000_1 */
            rate_id: string;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /** @description Whether it is more than three beats of its reply old. */
            stale: boolean;
            /**
             * @description The price of a bitcoin in this currency, with the digits of the source.
             * @example 45000.5
             */
            units_per_btc: string | null;
            /**
             * @description The price of a bitcoin in US dollars, from the same reply.
             * @example 45000.5
             */
            usd_per_btc: string | null;
            /**
             * @description usd_per_btc / units_per_btc, computed exactly and rounded half away from zero to eighteen significant digits.
             * @example 1.16243279245
             */
            usd_per_unit: string | null;
        };
        RateProof: {
            bytes: {
                /**
                 * Format: date-time
                 * @description When retention deleted them; null while they are stored.
                 * @example 2025-01-10T10:00:00Z
                 */
                expired_at: string | null;
                /** @description Null if they could not be read. */
                found_sha256: string | null;
                /** @description Why nothing could be recomputed; null otherwise. */
                problem: {
                    /** @enum {string} */
                    code: "bytes_expired" | "bytes_missing" | "bytes_corrupted" | "bytes_unavailable" | "payload_unreadable" | "record_missing" | "record_refused";
                    message: string;
                } | null;
                /** @description Where the exact bytes are. */
                raw: string;
                /** @description The hash of the bytes as received. */
                sha256: string;
                size_bytes: number;
                /** @description Whether the stored bytes were read now and have this hash. */
                verified: boolean;
            };
            /** @description The bytes equal those that were received, and every recomputed value matches. */
            matches: boolean;
            normalizer_version: {
                /** @description The version of the code that recomputed it now. */
                current: number;
                /** @description The version of the code that made the row. */
                stored: number;
            };
            /** @description JSON Pointers of the record of the currency and of that of the US dollar. */
            pointers: {
                rate: string;
                usd: string;
            };
            /** @description Why nothing could be recomputed; null otherwise. */
            problem: {
                /** @enum {string} */
                code: "bytes_expired" | "bytes_missing" | "bytes_corrupted" | "bytes_unavailable" | "payload_unreadable" | "record_missing" | "record_refused";
                message: string;
            } | null;
            rate: components["schemas"]["Rate"];
            /** @description Exactly as sent. Null if they were not found, or need a token. */
            records: {
                rate: string | null;
                usd: string | null;
            };
            request: {
                content_type: string | null;
                endpoint: string;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                fetched_at: string;
                /**
                 * Format: date-time
                 * @description When the same bytes first arrived: the instant of records without a time.
                 * @example 2025-01-10T10:00:00Z
                 */
                first_fetched_at: string;
                status: number;
                upload_id: string | null;
                /** @description Without keys; null for an uploaded file. */
                url: string | null;
            };
            run: {
                id: number;
                self: string;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                started_at: string | null;
                /** @enum {string} */
                trigger: "cron" | "manual" | "upload" | "dry_run" | "backfill";
            };
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            superseded_at: string | null;
            values: {
                [key: string]: {
                    matches: boolean;
                    recomputed: (number | string) | string | string[] | null;
                    served: (number | string) | string | string[] | null;
                };
            } | null;
        };
        Replay: {
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            accepted_at: string;
            /** @description The first ones. */
            differences: {
                /** @enum {string} */
                change: "changed" | "new" | "gone";
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                created_at: string;
                external_id: string;
                /** @description The fields that differ. */
                fields: {
                    [key: string]: {
                        recomputed: (number | string) | string[] | null;
                        stored: (number | string) | string[] | null;
                    };
                };
                /** @enum {string} */
                kind: "spot" | "bar_close";
                /** @description The row with which it was compared; null for a new one. */
                observation_id: string | null;
                /** @enum {string|null} */
                outcome: "promoted" | "passed_over" | null;
                pointer: string;
                /** @description Where the exact bytes are. */
                raw: string;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            }[];
            error: {
                code: string;
                message: string;
            } | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            finished_at: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            from: string | null;
            id: number;
            normalizer_version: number;
            payloads: {
                done: number;
                /** @description Skipped because retention deleted their bytes. Known at the end. */
                expired: number;
                unreadable: number;
            };
            promotion: {
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                finished_at: string | null;
                /** @description Their row is no longer the current one. */
                passed_over: number;
                promoted: number;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                requested_at: string;
            } | null;
            rows: {
                changed: number;
                gone: number;
                new: number;
                /** @description Records without effect: superseded or withdrawn since, or repeated within their file. */
                skipped: number;
                unchanged: number;
            };
            run_id: number | null;
            /** @enum {string|null} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv" | null;
            /** @enum {string} */
            status: "queued" | "running" | "compared" | "promoting" | "promoted" | "failed";
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            to: string | null;
            upload_id: string | null;
        };
        Run: {
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            accepted_at: string;
            anomalies: components["schemas"]["Anomaly"][];
            duration_ms: number | null;
            error: {
                code: string;
                message: string;
            } | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            finished_at: string | null;
            id: number;
            rows: {
                duplicate: number;
                inserted: number;
                read: number;
                rejected: number;
            };
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            started_at: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "partial" | "failed" | "skipped";
            /** @enum {string} */
            trigger: "cron" | "manual" | "upload" | "dry_run" | "backfill";
            withdraw_reason: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            withdrawn_at: string | null;
        };
        RunComparison: {
            a: components["schemas"]["Run"];
            b: components["schemas"]["Run"];
            duration_ms: {
                a: number | null;
                b: number | null;
                change: number | null;
            };
            endpoints: {
                /** @description Coins of b that a lacks, and coins of a that b lacks. If null, see problem. */
                coverage: {
                    both: number;
                    gone: {
                        /** @description Some of the external ids. */
                        sample: string[];
                        total: number;
                    };
                    new: {
                        /** @description Some of the external ids. */
                        sample: string[];
                        total: number;
                    };
                } | null;
                endpoint: string;
                /** @enum {string} */
                in: "both" | "a" | "b";
                /** @description The largest price changes from a to b. */
                moves: {
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    change_percent: string | null;
                    external_id: string;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    price_usd_a: string | null;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    price_usd_b: string | null;
                }[] | null;
                /** @description The share of records in which a field of the contract is unknown, if it ever is. */
                null_rates: {
                    a: number | null;
                    b: number | null;
                    change: number | null;
                    field: string;
                }[];
                /** @description Why coins and prices could not be compared. */
                problem: {
                    code: string;
                    message: string;
                    run_id: number;
                } | null;
                records: {
                    a: number | null;
                    b: number | null;
                    change: number | null;
                };
                schema_changes: {
                    /** @enum {string} */
                    change: "added" | "gone" | "type_changed" | "range_changed";
                    field: string;
                    is: string;
                    was: string;
                }[];
            }[];
            rows: {
                duplicate: {
                    a: number | null;
                    b: number | null;
                    change: number | null;
                };
                inserted: {
                    a: number | null;
                    b: number | null;
                    change: number | null;
                };
                read: {
                    a: number | null;
                    b: number | null;
                    change: number | null;
                };
                rejected: {
                    a: number | null;
                    b: number | null;
                    change: number | null;
                };
            };
        };
        RunDetail: components["schemas"]["Run"] & {
            rejects: {
                count: number;
                first: {
                    code: string;
                    external_id: string | null;
                    message: string;
                    pointer: string;
                    /** @description Null if raw records need a token. */
                    raw: string | null;
                }[];
            };
            requests: {
                duration_ms: number;
                endpoint: string;
                error_code: string | null;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                fetched_at: string;
                loaded: boolean;
                /** @description Where the exact bytes are. */
                raw: string;
                sha256: string;
                size_bytes: number;
                status: number;
                /** @description Null for an uploaded file. */
                url: string | null;
            }[];
        };
        Stats: {
            lake: {
                /**
                 * Format: date-time
                 * @description Earlier versions lack rows that were thinned before the lake was on.
                 * @example 2025-01-10T10:00:00Z
                 */
                complete_from: string | null;
                enabled: boolean;
                /** @description From the last written version to the newest; up to a day is usual. */
                lag_seconds: number | null;
                parts: number;
                rows: number;
                size_bytes: number;
                /**
                 * Format: date-time
                 * @description Every change up to it is in a part.
                 * @example 2025-01-10T10:00:00Z
                 */
                written_through: string | null;
            };
            /** @description Lower bounds of the number of requests: today, this month (UTC) and in total. */
            read_tokens?: {
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                first_at: string | null;
                /** @description Whether READ_TOKEN has this name now. */
                is_set: boolean;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                last_at: string | null;
                /** @description How many of these were answered with 429. */
                limited: {
                    day: number;
                    month: number;
                    total: number;
                };
                name: string;
                requests: {
                    day: number;
                    month: number;
                    total: number;
                };
            }[];
            retention: {
                /** @description Null: without a limit. */
                keep_observations_days: number | null;
                keep_raw_days: number | null;
                /**
                 * Format: date-time
                 * @description When maintenance last finished.
                 * @example 2025-01-10T10:00:00Z
                 */
                maintained_at: string | null;
                payloads_expired: number;
                rows_removed: number;
                /**
                 * Format: date-time
                 * @description Before it, polled observations are thinned to one an hour or a day; as_of goes back no further.
                 * @example 2025-01-10T10:00:00Z
                 */
                thinned_before: string | null;
            };
            sources: {
                /** @description Runs that fetched history; `runs` and `rows` exclude them. */
                backfills: {
                    rows: {
                        duplicate: number;
                        inserted: number;
                        read: number;
                        rejected: number;
                    };
                    runs: {
                        failed?: number;
                        partial?: number;
                        queued?: number;
                        running?: number;
                        skipped?: number;
                        succeeded?: number;
                    };
                };
                checkpoints: {
                    endpoint: string;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    fetched_at: string;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    watermark: string | null;
                }[];
                duration_ms: {
                    avg: number | null;
                    max: number | null;
                    p50: number | null;
                    runs: number;
                };
                last_failure: {
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    at: string;
                    code: string | null;
                    message: string | null;
                    run_id: number;
                } | null;
                last_success: {
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    at: string;
                    run_id: number;
                } | null;
                listings: number;
                observations: number;
                quota: components["schemas"]["Quota"];
                revisions: number;
                rows: {
                    duplicate: number;
                    inserted: number;
                    read: number;
                    rejected: number;
                };
                runs: {
                    failed?: number;
                    partial?: number;
                    queued?: number;
                    running?: number;
                    skipped?: number;
                    succeeded?: number;
                };
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
            }[];
            totals: {
                listings: number;
                observations: number;
                revisions: number;
                rows: {
                    duplicate: number;
                    inserted: number;
                    read: number;
                    rejected: number;
                };
                runs: number;
            };
            /**
             * Format: date-time
             * @description The ingested_at of the newest committed load.
             * @example 2025-01-10T10:00:00Z
             */
            version: string;
        };
        Triggered: {
            runs: {
                id: number;
                /** @enum {string} */
                source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                /** @enum {string} */
                status: "queued";
            }[];
        };
        Upload: {
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            accepted_at: string;
            /** @description The asset the request named. */
            asset: string | null;
            dialect: string | null;
            done_bytes: number;
            dry_run: boolean;
            error: {
                code: string;
                message: string;
            } | null;
            filename: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            finished_at: string | null;
            hints: {
                asset: string | null;
                bar: string | null;
                columns: string | null;
                date_order: string | null;
                decimal: string | null;
                delimiter: string | null;
                dialect: string | null;
                header: string | null;
                /**
                 * Format: date-time
                 * @example 2025-01-10T10:00:00Z
                 */
                observed_at: string | null;
                period: string | null;
                quote: string | null;
                symbol: string | null;
                venue: string | null;
                volume: string | null;
                zone: string | null;
            };
            /**
             * Format: uuid
             * @example 6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11
             */
            id: string;
            links: {
                rejects: string;
                run: string;
                self: string;
            };
            /** @description Null until the header was read. */
            plan: {
                /** @description Which end of a bar or day the instant names: open or close. */
                bar: string | null;
                /** @description Seconds between the rows of one series. */
                beat: number | null;
                coin: {
                    /** @description The asset of that text when the file was planned. */
                    asset: string | null;
                    /** @description How the coin is known. */
                    how: string;
                    /** @description Part of the external id. */
                    id: string | null;
                    name: string | null;
                    symbol: string | null;
                    /** @description The text that names the coin; null if each row names its own. */
                    text: string | null;
                };
                columns: {
                    /** @description How its cells are read. */
                    as: string;
                    /** @description Its name in the header; without a header its number, from 1. */
                    column: string;
                    /** @description A cell of the file and its value. */
                    example: {
                        text: string;
                        value: string | null;
                    } | null;
                    /** @enum {string} */
                    role: "instant" | "date" | "clock" | "open" | "high" | "low" | "close" | "price" | "cap" | "volume_usd" | "volume_base" | "volume_quote" | "change" | "coin" | "pair" | "quote" | "venue" | "ignore";
                }[];
                /** @description The meaning of the instants and prices. */
                convention: string;
                date_order: string | null;
                decimal: string;
                /** @description Columns without a role. */
                ignored: string[];
                /** @enum {string} */
                kind: "spot" | "bar_close";
                period: string | null;
                quote: string;
                /** @description The reader: a dialect, `columns` if the sender named the roles, or `names` if the column names did. */
                reader: string;
                venue: string | null;
                version: number;
                /** @description `usd` is stored; `base`, in coins, is not; null if there is no volume. */
                volume: string | null;
                warnings: string[];
                /** @description How the coin is known. */
                why: string;
                /** @description The zone of clock times without one; null if each has its own. */
                zone: string | null;
            } | null;
            /** @description The upload whose bytes it reads again, with other parameters. */
            reads_again: string | null;
            /** @description read = inserted + duplicate + rejected. */
            rows: {
                duplicate: number;
                inserted: number;
                read: number;
                rejected: number;
            };
            run_id: number;
            sha256: string;
            size_bytes: number;
            /** @enum {string} */
            status: "queued" | "processing" | "succeeded" | "failed" | "withdrawn";
            withdraw_reason: string | null;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            withdrawn_at: string | null;
        };
        UploadDetail: components["schemas"]["Upload"] & {
            /** @description The first records of the file and their rows; a dry run does not store them. */
            preview: {
                /** @description Line of the file on which the record starts, from 1. */
                line: number;
                /** @description The record as in the file. */
                raw: string;
                /** @description The row made from it; null if it was rejected. */
                row: {
                    /** @description Our id of the coin; null until resolved. */
                    asset: string | null;
                    /**
                     * Format: date-time
                     * @example 2025-01-10T10:00:00Z
                     */
                    created_at: string;
                    /** @example btc-bitcoin */
                    external_id: string;
                    flags: ("sandbox" | "stale" | "no_source_time" | "zero_unknown" | "unreadable" | "backfill" | "after_thinning" | "quote_usdt" | "anomaly" | "converted")[];
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    high_usd: string | null;
                    /** @enum {string} */
                    kind: "spot" | "bar_close";
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    low_usd: string | null;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    market_cap_usd: string | null;
                    /** @example Bitcoin */
                    name: string | null;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    open_usd: string | null;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    percent_change_24h: string | null;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    price_usd: string | null;
                    /** @enum {string} */
                    source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                    /** @example BTC */
                    ticker: string | null;
                    /**
                     * @description Exact; null is unknown.
                     * @example 45000.5
                     */
                    volume_24h_usd: string | null;
                } | null;
            }[] | null;
        };
        UploadReject: {
            /** @enum {string} */
            code: "contract_broken" | "invalid_number" | "number_out_of_range" | "negative_price" | "invalid_instant" | "instant_out_of_range" | "missing_id" | "conflicting_record" | "older_payload" | "ragged_record" | "unreadable_record" | "no_values" | "other_coin" | "quote_not_usd" | "unfinished_bar" | "superseded_revision" | "contradicts_plan" | "no_zone" | "unordered_date" | "other_order" | "two_digit_year" | "day_number" | "exponent" | "year_only" | "clock_only" | "nonexistent_day" | "nonexistent_time" | "skipped_time" | "doubled_time" | "unknown_month" | "unknown_zone" | "unknown_number" | "number_or_date";
            /** @description Line of the file on which the record starts, from 1. */
            line: number;
            message: string;
            /** @description The record as sent, shortened if it is very long. */
            raw: string;
        };
        WatchedEndpoint: {
            endpoint: string;
            fields: number;
            fields_read: number;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            first_seen_at: string;
            /**
             * Format: date-time
             * @example 2025-01-10T10:00:00Z
             */
            last_seen_at: string;
            /** @description Counted in the replies that first had the present shapes. */
            records: number;
            requests: string[];
            /** @description The number of different shapes so far. */
            shapes: number;
            /** @enum {string} */
            source: "coinpaprika" | "coingecko" | "coinlore" | "csv";
        };
        Withdrawal: {
            id: string | number;
            links: {
                run: string;
                self: string;
            };
            status: string;
            withdraw_reason: string;
            /**
             * Format: date-time
             * @description Null while it is being carried out.
             * @example 2025-01-10T10:00:00Z
             */
            withdrawn_at: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Description and endpoints. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Description"];
                    "text/html": string;
                };
            };
            /** @description The page is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAssets: {
        parameters: {
            query?: {
                /** @description Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With all their listings. */
                asset?: string | string[];
                /** @description Contracts as `chain:address`; chains: ethereum, bsc, polygon, avalanche, fantom, arbitrum, optimism, base, cronos, gnosis, solana, tron, ton, sui. If two coins have one address, it finds both. */
                contract?: string | string[];
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows, in this order, in every format. `ids`, alone or with `format`, returns the whole map in one reply: the id of every asset at each source, and its contracts. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Beginning of the id, in any case. */
                id?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description The largest age of the newest data, in seconds: assets without newer data are left out. */
                max_age?: number;
                /** @description Part of the name, in any case. */
                name?: string;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description By default `asc` by rank and name, and `desc` by other values. */
                order?: string;
                /** @description Beginning of the symbol or the id, or part of the name, in any case. */
                q?: string;
                /** @description rank, market_cap_usd, volume_24h_usd, price_usd, percent_change_1h, percent_change_24h, percent_change_7d, created_at, name; rank by default. Assets without the value come last. Names are sorted without regard to case, by code point. */
                sort?: string;
                /** @description `active` by default; `all` includes assets that left their sources. */
                status?: string;
                /** @description Symbols in any case, separated by commas; a percent-encoded comma is part of one. A symbol is a label that several coins may share. */
                symbol?: string | string[];
                /** @description Another word for symbol. */
                ticker?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Assets. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Asset"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAssetsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Our id of an asset, `source:external_id` or `chain:address`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AssetDetail"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAssetsByIdDivergence: {
        parameters: {
            query?: {
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON are one row, with the columns of /divergence. */
                format?: string;
                /** @description The largest age of a price, in seconds. */
                max_age?: number;
                /** @description How many seconds a compared price may be older than the newest one; 900 by default. */
                max_gap?: number;
            };
            header?: never;
            path: {
                /** @description Our id of an asset, `source:external_id` or `chain:address`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Divergence"];
                        meta: components["schemas"]["Meta"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postBackfills: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Our id of an asset, or `source:external_id`. */
                    asset: string;
                    /**
                     * @description Up to 1: a point every 5 minutes. Up to 90: every hour. Otherwise every day, at 00:00 UTC.
                     * @default 30
                     */
                    days?: number;
                };
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    /** @description The run. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedBackfill"];
                };
            };
            /** @description `invalid_request`: The request is not valid. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The current state does not allow this. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCandles: {
        parameters: {
            query?: {
                /** @description Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With all their listings. */
                asset?: string | string[];
                /** @description `consolidated`: one candle per asset and bucket, from one series; the default without source and external_id. `observed`: computed from the spot observations of each listing; the default with one of them. `reported`: the bars of uploaded files with this interval, unchanged. */
                basis?: string;
                /** @description `exact` counts the matching rows when total would be null. Takes time on wide filters. */
                count?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Before this open_time; a plain date includes its whole day. */
                end_date?: string;
                /** @description Ids as the sources write them, exact. */
                external_id?: string | string[];
                /** @description Members of the rows, in this order. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description 1d when absent. UTC. */
                interval?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description `asc` by default: oldest first. */
                order?: string;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description From this open_time on. */
                start_date?: string;
                /** @description Symbols in any case, separated by commas; a percent-encoded comma is part of one. A symbol is a label that several coins may share. */
                symbol?: string | string[];
                /** @description Another word for symbol. */
                ticker?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Candles. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Candle"][];
                        meta: components["schemas"]["Meta"] & {
                            /** @description The assets that share a symbol of the filter, if there are several, by rank. */
                            ambiguous?: components["schemas"]["AssetCandidate"][];
                        };
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCandlesRebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "queued";
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChanges: {
        parameters: {
            query?: {
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Ids as the sources write them, exact. */
                external_id?: string | string[];
                /** @description Members of the changes, in this order. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Kinds of rows: spot, bar_close. Changes of listings come with every kind. */
                kind?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Changes after this version: the meta.complete_through of the previous walk or of /data, the X-Tape-Version of an export, any ingested_at, any instant. From the beginning by default. */
                since?: string;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Changes. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Change"][];
                        meta: components["schemas"]["Meta"] & {
                            /**
                             * Format: date-time
                             * @description The version pinned on the first page of the walk: the next `since` once the walk has ended.
                             * @example 2025-01-10T10:00:00Z
                             */
                            complete_through: string;
                        };
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getData: {
        parameters: {
            query?: {
                /** @description Only rows that this service knew at that instant. An instant after the newest load means that load. For market time use end_date. */
                as_of?: string;
                /** @description Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With all their listings. */
                asset?: string | string[];
                /** @description `exact` counts the matching rows when total would be null. Takes time on wide filters. */
                count?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Before this instant, by created_at; a plain date includes its whole day. */
                end_date?: string;
                /** @description Ids as the sources write them, exact. */
                external_id?: string | string[];
                /** @description Members of the rows to give, in this order. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description `true` adds superseded revisions, with superseded_at. */
                history?: string;
                /** @description Rows this service came to know after this instant. Send meta.complete_through of the last complete answer. */
                ingested_after?: string;
                /** @description Kinds: spot, bar_close. */
                kind?: string;
                /** @description `true` gives the newest spot row per listing (csv only with source=csv), with what its page showed (rank, supply …), which is kept of the newest reading only and so is no part of an as_of. */
                latest?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description With latest: no rows older than so many seconds, by created_at. */
                max_age?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description desc when absent. */
                order?: string;
                /** @description created_at (default) or ingested_at; with latest market_cap_usd (default), price_usd, volume_24h_usd or created_at (the only one with as_of). Unknown values come last. */
                sort?: string;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description From this instant on, by created_at. */
                start_date?: string;
                /** @description Symbols in any case, separated by commas; a percent-encoded comma is part of one. A symbol is a label that several coins may share. */
                symbol?: string | string[];
                /** @description Another word for symbol. */
                ticker?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Observations. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DataRow"][];
                        meta: components["schemas"]["Meta"] & {
                            /** @description The assets that share a symbol of the filter, if there are several, by rank. */
                            ambiguous?: components["schemas"]["AssetCandidate"][];
                            /**
                             * Format: date-time
                             * @description With as_of: the moment answered for. When the newest load is older, it is that of the load.
                             * @example 2025-01-10T10:00:00Z
                             */
                            as_of?: string;
                            /**
                             * Format: date-time
                             * @description Everything known up to this instant has been delivered: the next ingested_after.
                             * @example 2025-01-10T10:00:00Z
                             */
                            complete_through: string | null;
                            /** @description With thinned_before and LAKE=on: the Parquet parts of the days of the range, which hold every row. What became known on a later day lies in a part of that day. */
                            lake?: {
                                /** @description At most 100. */
                                parts: string[];
                                /** @description Lists them all. */
                                url: string;
                            };
                            /**
                             * Format: date-time
                             * @description When old observations are thinned (KEEP_OBSERVATIONS_DAYS) and the range asked for reaches back to them: those before this instant are one an hour, and at four times the age one a day.
                             */
                            thinned_before?: string;
                        };
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDivergence: {
        parameters: {
            query?: {
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description The largest age of a price, in seconds. */
                max_age?: number;
                /** @description How many seconds a compared price may be older than the newest one; 900 by default. */
                max_gap?: number;
                /** @description The smallest market cap, by the first of the compared sources that has one; coins without a market cap are left out. */
                min_market_cap_usd?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description By the spread; `desc` by default. */
                order?: string;
                /** @description Beginning of the symbol or the id, or part of the name, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Assets with at least two prices to compare. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Divergence"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDrift: {
        parameters: {
            query?: {
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description Statuses: added, gone, type_changed, range_changed, unknown. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Fields that drifted, newest first. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Drift"][];
                        meta: components["schemas"]["Meta"] & {
                            watched: components["schemas"]["WatchedEndpoint"][];
                        };
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDriftByIdAccept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a drift. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Usual from `accepted_at` on. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AcceptedDrift"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGaps: {
        parameters: {
            query?: {
                /** @description Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With all their listings. */
                asset?: string | string[];
                /** @description `exact` counts the matching rows when total would be null. Takes time on wide filters. */
                count?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description Statuses: open, lost, fillable, partly_filled, filled. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gaps. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Gap"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGlobal: {
        parameters: {
            query?: {
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Before this instant, by created_at; a plain date includes its whole day. */
                end_date?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description From this instant on, by created_at. */
                start_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Market totals. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["MarketTotals"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: {
                /** @description `degraded` returns 503 for a degraded service too, for monitors that read only the status. */
                fail_on?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the service. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Down, or degraded with fail_on. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getLake: {
        parameters: {
            query?: {
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Up to this day of the versions; a plain date includes its whole day. */
                end_date?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Kinds of parts: changes, listings. Of the listings only the newest part applies. */
                kind?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description From this day (UTC) of the versions. */
                start_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The parts. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["LakePart"][];
                        meta: components["schemas"]["Meta"] & {
                            /**
                             * Format: date-time
                             * @description Earlier versions lack rows that were thinned before the lake was on; null if there are none.
                             * @example 2025-01-10T10:00:00Z
                             */
                            complete_from: string | null;
                            /**
                             * Format: date-time
                             * @description Every change up to this version is in a part; continue with `/changes?since=`.
                             * @example 2025-01-10T10:00:00Z
                             */
                            written_through: string | null;
                        };
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLake: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "queued";
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLakeByPart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As GET /lake names it. */
                part: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The part. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": unknown;
                };
            };
            /** @description The range asked for. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": unknown;
                };
            };
            /** @description The client holds it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `range_not_satisfiable`: The range begins after the end. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_unavailable`: The object store cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLivez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    getMappings: {
        parameters: {
            query?: {
                /** @description Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With all their listings. */
                asset?: string | string[];
                /** @description `true` returns mappings in conflict, `false` the other active ones. */
                conflict?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Ids as the sources write them, exact. */
                external_id?: string | string[];
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description `true` returns mappings that later evidence doubts, such as prices that keep disagreeing. */
                flagged?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Methods: decision, reviewed, contract, id, succession, name, similar, symbol, own. */
                method?: string;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description States: active, proposed, conflict, rejected, ended. All but `ended` by default. `conflict` includes active mappings that evidence contradicts: their evidence has contested_by. */
                state?: string;
                /** @description Symbols in any case, separated by commas; a percent-encoded comma is part of one. A symbol is a label that several coins may share. */
                symbol?: string | string[];
                /** @description Another word for symbol. */
                ticker?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Mappings. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Mapping"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMappingsByIdDecisions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a mapping. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "confirm" | "reject" | "pin";
                    /** @description For `pin` only: the id of the listing's asset; without it, the asset of the mapping. */
                    asset?: string;
                    /** @description Who decides. */
                    who: string;
                    /** @description The reason; the mapping keeps it. */
                    why: string;
                };
            };
        };
        responses: {
            /** @description Stored; it takes effect soon. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"] & {
                        links: {
                            [key: string]: string;
                        };
                        mapping_id: number;
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. `unknown_asset`: No such asset. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMappingsByIdDecisionsByDecisionUndo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of one of its decisions. */
                decision: string;
                /** @description The id of a mapping. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    who: string;
                    why: string;
                };
            };
        };
        responses: {
            /** @description Undone; it takes effect soon. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        links: {
                            [key: string]: string;
                        };
                        mapping_id: number;
                        undone_at: string;
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMcp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Absent of a notification. */
                    id?: string | number;
                    /** @enum {string} */
                    jsonrpc: "2.0";
                    method: string;
                    params?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The reply. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JsonRpcReply"];
                };
            };
            /** @description A notification or a reply, accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not a JSON-RPC message, several messages, or an unsupported version of the protocol. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JsonRpcReply"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign_origin`: Pages of this origin may not ask. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No method of this name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JsonRpcReply"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs, rows, ages, durations, calls left. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getObservationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a row. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The observation. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ObservationWithRevisions"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getObservationsByIdProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a row. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proof. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Proof"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPrices: {
        parameters: {
            query?: {
                /** @description Only rows that this service knew at that instant; `at` is then the same unless given. An instant after the newest load means that load. */
                as_of?: string;
                /** @description Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With all their listings. */
                asset?: string | string[];
                /** @description The last value at or before this instant; now when absent. */
                at?: string;
                /** @description `true` shows each series, its beat, whether it is on time, and which step decided. */
                explain?: string;
                /** @description Ids as the sources write them, exact. */
                external_id?: string | string[];
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON have a row for each input, in order; one without a price says why in `code` and `message`, and names the ids of `candidates`. */
                format?: string;
                /** @description No value older than so many seconds before `at`. */
                max_age?: number;
                /** @description A currency of /rates: rows have `price`, `market_cap` and `volume_24h` in it beside the figures in US dollars, by the last rate at or before the instant of the row, which `rate_id` names. `usd` changes nothing. */
                quote?: string;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description Symbols in any case, separated by commas; a percent-encoded comma is part of one. A symbol is a label that several coins may share. */
                symbol?: string | string[];
                /** @description Another word for symbol. */
                ticker?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prices. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Price"][];
                        meta: components["schemas"]["Meta"] & {
                            /**
                             * Format: date-time
                             * @description With as_of: the moment answered for. When the newest load is older, it is that of the load.
                             * @example 2025-01-10T10:00:00Z
                             */
                            as_of?: string;
                        };
                        missing: components["schemas"]["MissingPrice"][];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPricesQuery: {
        parameters: {
            query?: {
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON have a row for each input, in order; one without a price says why in `code` and `message`, and names the ids of `candidates`. */
                format?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Only rows that this service knew at that instant.
                     */
                    as_of?: string;
                    /** @description No value older than so many seconds before its point. */
                    max_age?: number;
                    points: {
                        /**
                         * @description Our id, or `source:external_id`.
                         * @example btc-bitcoin
                         */
                        asset?: string;
                        /**
                         * Format: date-time
                         * @description The last value at or before this instant; now when absent.
                         */
                        at?: string;
                        /** @description Instead of asset. */
                        symbol?: string;
                    }[];
                    /**
                     * @description A currency of /rates: rows have `price`, `market_cap` and `volume_24h` in it beside the figures in US dollars, by the last rate at or before the instant of the row, which `rate_id` names. `usd` changes nothing.
                     * @example eur
                     */
                    quote?: string;
                    /** @description A source, or a list of them. */
                    source?: ("coinpaprika" | "coingecko" | "coinlore" | "csv") | ("coinpaprika" | "coingecko" | "coinlore" | "csv")[];
                };
            };
        };
        responses: {
            /** @description Prices. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Price"][];
                        meta: components["schemas"]["Meta"] & {
                            /**
                             * Format: date-time
                             * @description With as_of: the moment answered for. When the newest load is older, it is that of the load.
                             * @example 2025-01-10T10:00:00Z
                             */
                            as_of?: string;
                        };
                        missing: components["schemas"]["MissingPoint"][];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRates: {
        parameters: {
            query?: {
                /** @description Only rates that this service knew at that instant. */
                as_of?: string;
                /** @description The last rates at or before this instant; now by default. */
                at?: string;
                /** @description Only these, in any case. */
                currency?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Rates, by currency. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Rate"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRatesByIdProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The rate_id of a rate or of a converted price. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proof. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["RateProof"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The version that If-None-Match names is still the newest. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRawBySha256: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Lower case, as runs name it. */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes as received, without the upstream's Content-Encoding, with their original content type. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description The client holds them. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `beyond_retention`: The data has expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postReplays: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Payloads fetched at or after this instant. */
                    from?: string;
                    run_id?: number;
                    /** @enum {string} */
                    source?: "coinpaprika" | "coingecko" | "coinlore" | "csv";
                    /** @description Payloads fetched before this instant; of a date, the whole day. */
                    to?: string;
                    /** Format: uuid */
                    upload_id?: string;
                };
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedReplay"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReplaysById: {
        parameters: {
            query?: {
                /** @description How many differences to show; 100 by default. */
                differences?: number;
            };
            header?: never;
            path: {
                /** @description The number of a replay. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The replay. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Replay"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postReplaysByIdPromote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The number of a replay. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedReplay"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The current state does not allow this. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRuns: {
        parameters: {
            query?: {
                /** @description `exact` counts the matching rows when total would be null. Takes time on wide filters. */
                count?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description Sources: coinpaprika, coingecko, coinlore, csv. */
                source?: string;
                /** @description Statuses: queued, running, succeeded, partial, failed, skipped. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Run"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The number of a run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["RunDetail"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsByIdWithdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The number of a run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Accepted, now or by an earlier request. */
            202: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Withdrawal"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The current state does not allow this. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsCompare: {
        parameters: {
            query: {
                /** @description The number of the earlier run. */
                a: number;
                /** @description The number of the later run. */
                b: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison, from a to b. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["RunComparison"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts, durations, newest success and failure, checkpoints, calls. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTriggerEtl: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    sources?: ("coinpaprika" | "coingecko" | "coinlore")[];
                };
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    /** @description The first run. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Triggered"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUploads: {
        parameters: {
            query?: {
                /** @description `exact` counts the matching rows when total would be null. Takes time on wide filters. */
                count?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
                /** @description Statuses: queued, processing, succeeded, failed, withdrawn. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Uploads. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Upload"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUploads: {
        parameters: {
            query?: {
                /** @description The coin of every row, by the id it gets here. */
                asset?: string;
                /** @description Which end of a bar, or of a day, its instant names. */
                bar?: "open" | "close";
                /** @description What each column is, by its name or its position from 1; replaces the reader's own roles. Roles: instant, date, clock, open, high, low, close, price, cap, volume_usd, volume_base, volume_quote, change, coin, pair, quote, venue, ignore. */
                columns?: string;
                /** @description The order of day, month and year in dates of figures. */
                date_order?: "dmy" | "mdy" | "ymd";
                /** @description The decimal mark of figures. */
                decimal?: "point" | "comma";
                /** @description The character between cells: `,` `;` `|` or `tab`. */
                delimiter?: string;
                /** @description The form of the file, when its header does not tell. */
                dialect?: string;
                /** @description `true` reads and counts everything and stores no row. */
                dry_run?: string;
                /** @description Name of the file, by which the coin, the venue and the period may be known. A path before it is left out. */
                filename?: string;
                /** @description `none`: the first record is data, columns are named by position. */
                header?: "none";
                /** @description The instant of every row, for a file without a column of instants. */
                observed_at?: string;
                /** @description The period of the bars, 1m to 1w or 1mo; M is a month. */
                period?: string;
                /** @description The currency of the prices: usd, or usdt to take one USDT for one US dollar. */
                quote?: string;
                /** @description The coin of every row, by its symbol in any case. */
                symbol?: string;
                /** @description Where the bars were traded. */
                venue?: string;
                /** @description What a volume without a unit counts: US dollars, coins, or nothing that is read. */
                volume?: "usd" | "base" | "ignore";
                /** @description The time zone of clock times, as an IANA name or an offset. */
                zone?: string;
            };
            header?: {
                /** @description How the body travels. */
                "Content-Encoding"?: "gzip" | "identity";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description Accepted, now or earlier. */
            202: {
                headers: {
                    /** @description The upload. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedUpload"];
                };
            };
            /** @description `invalid_request`: The request is not valid. `incomplete_body`: The body ended early. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The current state does not allow this. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `length_required`: The length of the body is needed. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_encoding`: The encoding of the body is not supported. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUploadsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As POST /uploads gave it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["UploadDetail"];
                        error: {
                            code: string;
                            message: string;
                        } | null;
                        /**
                         * Format: uuid
                         * @example 6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11
                         */
                        id: string;
                        links: {
                            rejects: string;
                            run: string;
                            self: string;
                        };
                        meta: components["schemas"]["Meta"];
                        rows: {
                            duplicate: number;
                            inserted: number;
                            read: number;
                            rejected: number;
                        };
                        /** @enum {string} */
                        status: "queued" | "processing" | "succeeded" | "failed" | "withdrawn";
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUploadsByIdReadAgain: {
        parameters: {
            query?: {
                /** @description The coin of every row, by the id it gets here. */
                asset?: string;
                /** @description Which end of a bar, or of a day, its instant names. */
                bar?: "open" | "close";
                /** @description What each column is, by its name or its position from 1; replaces the reader's own roles. Roles: instant, date, clock, open, high, low, close, price, cap, volume_usd, volume_base, volume_quote, change, coin, pair, quote, venue, ignore. */
                columns?: string;
                /** @description The order of day, month and year in dates of figures. */
                date_order?: "dmy" | "mdy" | "ymd";
                /** @description The decimal mark of figures. */
                decimal?: "point" | "comma";
                /** @description The character between cells: `,` `;` `|` or `tab`. */
                delimiter?: string;
                /** @description The form of the file, when its header does not tell. */
                dialect?: string;
                /** @description Name of the file, by which the coin, the venue and the period may be known. A path before it is left out. */
                filename?: string;
                /** @description `none`: the first record is data, columns are named by position. */
                header?: "none";
                /** @description The instant of every row, for a file without a column of instants. */
                observed_at?: string;
                /** @description The period of the bars, 1m to 1w or 1mo; M is a month. */
                period?: string;
                /** @description The currency of the prices: usd, or usdt to take one USDT for one US dollar. */
                quote?: string;
                /** @description The coin of every row, by its symbol in any case. */
                symbol?: string;
                /** @description Where the bars were traded. */
                venue?: string;
                /** @description What a volume without a unit counts: US dollars, coins, or nothing that is read. */
                volume?: "usd" | "base" | "ignore";
                /** @description The time zone of clock times, as an IANA name or an offset. */
                zone?: string;
            };
            header?: never;
            path: {
                /** @description As POST /uploads gave it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted, now or earlier. */
            202: {
                headers: {
                    /** @description The new upload. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedUpload"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The current state does not allow this. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `bytes_missing`: The bytes are no longer stored. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUploadsByIdRejects: {
        parameters: {
            query?: {
                /** @description `exact` counts the matching rows when total would be null. Takes time on wide filters. */
                count?: string;
                /** @description The next_cursor of the page before; alone or with the same filters. */
                cursor?: string;
                /** @description Members of the rows to give, in this order, in every format. */
                fields?: string;
                /** @description Overrides Accept. CSV and NDJSON without limit stream every match as of one moment. */
                format?: string;
                /** @description Rows a page, 100 when absent. */
                limit?: number;
                /** @description Rows to skip. For long walks use cursor: it neither repeats nor misses rows. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description As POST /uploads gave it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused records. */
            200: {
                headers: {
                    /** @description Names the request in our logs. */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["UploadReject"][];
                        meta: components["schemas"]["Meta"] & Record<string, never>;
                        pagination: components["schemas"]["Pagination"];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. `invalid_cursor`: The cursor cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUploadsByIdWithdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As POST /uploads gave it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Accepted, now or by an earlier request. */
            202: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Withdrawal"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The request needs a token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing at this path. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The current state does not allow this. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong on our side. `misconfigured`: The Worker is not configured correctly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_configured`: This is not configured. `database_unavailable`: The database cannot be reached. `storage_unavailable`: The object store cannot be reached. `queue_unavailable`: The queue cannot be reached. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

/** Routes that give numbers as texts when they are asked to. */
export const EXACT_PATHS: ReadonlySet<string> = new Set([
    '/assets',
    '/assets/{id}',
    '/assets/{id}/divergence',
    '/candles',
    '/changes',
    '/data',
    '/divergence',
    '/global',
    '/mappings',
    '/observations/{id}',
    '/observations/{id}/proof',
    '/prices',
    '/prices/query',
    '/rates',
    '/rates/{id}/proof',
    '/replays/{id}',
    '/runs/compare',
    '/uploads/{id}',
]);
