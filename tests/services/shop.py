"""A small shop, instrumented with prometheus_client the way its documentation shows.

Each answer carries the duration that the service observed for it (`X-Observed-Seconds`, in full precision), so that a
client can keep an exact ledger of what the metrics must say. The client chooses what happens: `work_ms` is how long the
request takes, `status` how it ends.

Usage: python3 shop.py PORT
"""

import asyncio
import sys
import time

import uvicorn
from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Summary
from prometheus_client.exposition import choose_encoder

BUCKETS_SECS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

registry = CollectorRegistry()
requests_total = Counter(
    "shop_requests", "Requests answered.", ["method", "endpoint", "status"], registry=registry
)
request_duration_seconds = Histogram(
    "shop_request_duration_seconds", "How long requests took.", ["endpoint"], buckets=BUCKETS_SECS, registry=registry
)
orders_open = Gauge("shop_orders_open", "Orders that were placed and not yet sent.", registry=registry)
order_value_euros = Summary("shop_order_value_euros", "What an order is worth.", registry=registry)
build_info = Info("shop_build", "How this service was built, in labels that are hard to read.", registry=registry)
build_info.info({"version": "1.0", "flags": 'say "hi" {to="all"}, \\n is no newline\nbut this was one'})

app = FastAPI()


@app.middleware("http")
async def observe(request: Request, call_next):
    """Counts and times every request but the scrapes."""
    start = time.perf_counter()
    response = await call_next(request)
    if request.url.path != "/metrics":
        endpoint = request.scope["route"].path
        duration_secs = time.perf_counter() - start
        requests_total.labels(request.method, endpoint, str(response.status_code)).inc()
        request_duration_seconds.labels(endpoint).observe(duration_secs)
        response.headers["X-Observed-Seconds"] = repr(duration_secs)
    return response


@app.get("/metrics")
def metrics(request: Request):
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(registry), headers={"Content-Type": content_type})


@app.get("/items")
async def list_items(work_ms: float = 0, status: int = 200):
    await asyncio.sleep(work_ms / 1000)
    return Response(status_code=status)


@app.get("/items/{item}")
async def get_item(item: int, work_ms: float = 0, status: int = 200):
    await asyncio.sleep(work_ms / 1000)
    return Response(status_code=status)


@app.post("/orders")
async def place_order(value_euros: float, work_ms: float = 0, status: int = 201):
    await asyncio.sleep(work_ms / 1000)
    if status == 201:
        orders_open.inc()
        order_value_euros.observe(value_euros)
    return Response(status_code=status)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
