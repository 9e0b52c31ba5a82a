package rtc

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTheCacheGivesExactlyWhatWasPut: whatever comes in whatever order, a packet that the cache gives is the one that came with that number, what is younger than a second is there unless the bound is reached, and the bound holds.
func TestTheCacheGivesExactlyWhatWasPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type put struct {
			packet []byte
			at     int64
		}
		var c packetCache
		last := map[uint16]put{}
		now := int64(1)
		seq := uint16(rapid.Uint32().Draw(t, "first"))
		largest := rapid.IntRange(20, 1400).Draw(t, "largest")
		pause := time.Duration(rapid.IntRange(1, 40).Draw(t, "pause")) * time.Millisecond
		var young int // bytes that are younger than a second
		for range rapid.IntRange(1, 1500).Draw(t, "packets") {
			step := uint16(1)
			if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
				step = uint16(rapid.IntRange(-3, 5).Draw(t, "step"))
			}
			seq += step
			packet := make([]byte, rapid.IntRange(6, largest).Draw(t, "size"))
			binary.BigEndian.PutUint32(packet, uint32(now))
			now += int64(pause)
			if old, ok := last[seq]; ok && c.get(seq, nil, now) != nil {
				packet = old.packet // a repeat
			}
			c.put(seq, packet, now)
			if got := c.get(seq, nil, now); !bytes.Equal(got, packet) {
				t.Fatalf("packet %d is not kept as it came", seq)
			}
			last[seq] = put{packet, now}
			if len(c.ring) > cacheMaxBytes || len(c.index) > cacheMaxSlots {
				t.Fatalf("the cache has %d bytes and %d packets", len(c.ring), len(c.index))
			}
		}
		young = 0
		for back := range uint16(cacheMaxSlots) {
			n := seq - back
			p, was := last[n]
			got := c.get(n, nil, now)
			if got != nil && (!was || !bytes.Equal(got, p.packet)) {
				t.Fatalf("packet %d is not what came with that number", n)
			}
			if was && now-p.at < int64(cacheSpan) {
				young += len(p.packet)
				if got == nil && young < cacheMaxBytes/2 && back < 64 {
					t.Fatalf("packet %d, %d ms old, is lost with %d younger bytes", n, (now-p.at)/1e6, young)
				}
			}
		}
	})
}

// TestTheCacheOfAQuietStreamIsSmall: sound takes little, and what is forgotten is gone.
func TestTheCacheOfAQuietStreamIsSmall(t *testing.T) {
	var c packetCache
	for n := range 1000 {
		c.put(uint16(n), make([]byte, 100), int64(n)*int64(20*time.Millisecond))
	}
	if len(c.ring) > 8<<10 || len(c.index) > 64 {
		t.Errorf("%d bytes, %d packets", len(c.ring), len(c.index))
	}
	now := 999 * int64(20*time.Millisecond)
	for n := 999; n > 999-50; n-- {
		if c.get(uint16(n), nil, now) == nil {
			t.Fatalf("packet %d of a second is gone", n)
		}
	}
	if c.get(999, nil, now+3*int64(time.Second)) != nil {
		t.Error("what is asked for after three seconds is given, though it is of no use to anybody")
	}
	c.forget()
	if c.get(999, nil, now) != nil {
		t.Error("what was forgotten is given")
	}
}
