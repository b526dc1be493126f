-- wrk calls this at its end: one line that a program can read.
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%.0f,"durationUs":%.0f,"bytes":%.0f,"p50Us":%.0f,"p99Us":%.0f,"errors":%.0f}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
