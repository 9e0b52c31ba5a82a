package main

import (
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what a node tells Prometheus, on the admin listener only. No label ever holds an id or anything of a person.
type metrics struct {
	registry *prometheus.Registry
	append   prometheus.Histogram
	group    prometheus.Histogram
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		append: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "microcourt_append_seconds", Help: "Time of one group commit to the record.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5}}),
		group: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "microcourt_append_acts", Help: "Acts in one group commit.",
			Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "microcourt_http_requests_total", Help: "Requests answered, by route and status."},
			[]string{"method", "route", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "microcourt_http_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"route"}),
	}
	m.registry.MustRegister(m.append, m.group, m.requests, m.latency,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// commit observes a group commit of the record.
func (m *metrics) commit(acts int, took time.Duration) {
	m.append.Observe(took.Seconds())
	m.group.Observe(float64(acts))
}

// request observes an answered request. A path that no route knows counts as one route, or anybody could fill the memory with labels.
func (m *metrics) request(method, route string, status int, took time.Duration) {
	if route == "" {
		method, route = "", "none"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	if status != http.StatusSwitchingProtocols {
		m.latency.WithLabelValues(route).Observe(took.Seconds())
	}
}

// watch adds what the node's parts count by themselves.
func (m *metrics) watch(n *node) {
	counts := n.hub.Metrics()
	counter := func(name, help string, value func() int64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "microcourt_" + name, Help: help}, func() float64 { return float64(value()) }))
	}
	gauge := func(name, help string, value func() int) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "microcourt_" + name, Help: help}, func() float64 { return float64(value()) }))
	}
	counter("events_total", "Events committed by this node.", counts.Events.Load)
	counter("deliveries_total", "Events handed to connections.", counts.Deliveries.Load)
	counter("gaps_total", "Times that a room caught up with the record.", counts.Gaps.Load)
	counter("connections_total", "Sockets opened.", counts.Connected.Load)
	counter("push_messages_total", "Push messages sent.", counts.Pushed.Load)
	counter("reminders_total", "Reminders sent by text message.", counts.Reminded.Load)
	gauge("connections", "Sockets that are open.", func() int { c, _ := n.hub.Sizes(); return c })
	gauge("rooms", "Rooms that somebody on this node has joined.", func() int { _, r := n.hub.Sizes(); return r })
	gauge("append_waiting", "Acts that wait for a commit.", n.store.Waiting)
	gauge("sealed_timestamp_seconds", "Time of the newest head that this node knows of; 0 before the first.", n.sealing.SealedAt)
	if media := n.media; media != nil {
		of := media.Metrics()
		gauge("hearings_live", "Hearings whose sound and pictures this node carries.", media.Count)
		gauge("media_peers", "People whose media are connected.", func() int { return int(of.Peers.Load()) })
		gauge("media_relays", "Ways that are open through the relay.", media.Relays)
		counter("media_packets_received_total", "Packets of sound and pictures that came in.", of.Received.Load)
		counter("media_packets_forwarded_total", "Packets sent on, once for each receiver.", of.Forwarded.Load)
		counter("media_packets_short_total", "Packets that came in and were decrypted where they were read.", of.Short.Load)
		counter("media_packets_refused_total", "Packets of people who may not be heard or seen at present.", of.Refused.Load)
		counter("media_packets_resent_total", "Packets sent again because they were lost.", of.Resent.Load)
		counter("media_padding_total", "Packets of nothing, sent to try out whether a network carries more.", of.Padding.Load)
		counter("media_key_frames_total", "Key frames asked for.", of.KeyFrames.Load)
		counter("media_ice_restarts_total", "Connections of media that changed to another network.", of.Reconnects.Load)
		counter("recordings_failed_total", "Times that a hearing couldn't be recorded, or no longer.", counts.Unrecorded.Load)
		gauge("recordings_disk_free_bytes", "Room on the disk on which hearings are recorded; 0 where it isn't watched.", func() int { free, _ := n.hub.Disk(); return int(free) })
		gauge("recordings_disk_low", "1 while that is less than --media-disk-low.", func() int {
			if _, low := n.hub.Disk(); low {
				return 1
			}
			return 0
		})
	}
	m.registry.MustRegister(disconnects{n})
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "microcourt_build_info", Help: "1, with the version as label.",
		ConstLabels: prometheus.Labels{"version": fullVersion()}}, func() float64 { return 1 }))
}

// disconnects counts ended connections by cause, as the hub counts them.
type disconnects struct{ n *node }

var disconnectsDesc = prometheus.NewDesc("microcourt_disconnects_total", "Sockets that ended, by cause.", []string{"cause"}, nil)

func (d disconnects) Describe(ch chan<- *prometheus.Desc) { ch <- disconnectsDesc }

func (d disconnects) Collect(ch chan<- prometheus.Metric) {
	for cause, count := range d.n.hub.Metrics().Disconnects() {
		ch <- prometheus.MustNewConstMetric(disconnectsDesc, prometheus.CounterValue, float64(count), cause)
	}
}

// adminHandler serves metrics and profiles, and drains the node. Whoever reaches it sees how the program works inside: it listens on the loopback unless told
// otherwise. A page in a browser there can't drain anything.
func (m *metrics) adminHandler(n *node) http.Handler {
	mux := http.NewServeMux()
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		mux.HandleFunc(method+" /drain", n.drain)
	}
	mux.Handle("/metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return http.NewCrossOriginProtection().Handler(mux)
}
