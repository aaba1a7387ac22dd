-- Plays signed and encrypted messages made beforehand, each once: wrk -s callback_load.lua URL -- FILE
-- FILE holds a message a line: query, a tab, body. Threads share the lines between them.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
  thread:set("count", threads)
end

function init(args)
  requests = {}
  local n = 0
  for line in io.lines(args[1]) do
    if n % 2 == id % 2 then
      local query, body = line:match("^([^\t]*)\t(.*)$")
      requests[#requests + 1] = wrk.format("POST", "/wechat/callback?" .. query, {["Content-Type"] = "text/xml"}, body)
    end
    n = n + 1
  end
  at = 0
end

function request()
  at = at + 1
  return requests[(at - 1) % #requests + 1]
end

function done(summary, latency, _requests)
  io.write(string.format('{"requests":%d,"seconds":%.6f,"wrong":%d,"p50":%.4f,"p99":%.4f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
