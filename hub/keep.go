package hub

import (
	"time"
)

// Whoever was silent for pingAfter is pinged with each round of pings, and closed after silentLimit.
const (
	pingEvery   = 10 * time.Second
	pingAfter   = 30 * time.Second
	silentLimit = 60 * time.Second
	headPause   = 500 * time.Millisecond
)

// keep is the goroutine that keeps connections: it sends collected heads, pings, closes those that have fallen
// silent, and repeats presence for other nodes.
func (h *Hub) keep() {
	heads := time.NewTicker(headPause)
	defer heads.Stop()
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	here := time.NewTicker(hereRepeat)
	defer here.Stop()
	for {
		select {
		case <-heads.C:
			h.sendHeads()
		case <-pings.C:
			h.pingAll()
			h.forgetParked()
		case <-here.C:
			if h.relay == nil {
				continue
			}
			for _, r := range h.liveRooms() {
				r.keepPresence()
			}
		case <-h.stop:
			return
		}
	}
}

func (h *Hub) pingAll() {
	now := time.Now().Unix()
	for _, c := range h.connsOf("") {
		switch silent := time.Duration(now-c.lastSeen.Load()) * time.Second; {
		case silent > silentLimit:
			c.close(closeSilent)
		case silent >= pingAfter:
			if c.push(pingFrame) {
				c.flushNow()
			}
		}
	}
}

// noteHead keeps the newest head of a thread until it is sent: at most one per thread and pause.
func (c *conn) noteHead(m threadMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing != 0 {
		return
	}
	if c.heads == nil {
		c.heads = map[headKey]threadMessage{}
		c.hub.headConns.put([]*conn{c})
	}
	c.heads[headKey{m.Case, m.Thread}] = m
}

// sendHeads sends the heads that have been collected.
func (h *Hub) sendHeads() {
	for _, c := range h.headConns.take() {
		c.mu.Lock()
		heads := c.heads
		c.heads = nil
		c.mu.Unlock()
		for _, m := range heads {
			c.send(jsonFrame(m))
		}
	}
}
