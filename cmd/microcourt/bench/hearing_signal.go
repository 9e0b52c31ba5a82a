package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
)

// seatsPerHearing is how many take part in each hearing of the measurement; the first one presides.
const seatsPerHearing = 4

// A caller's way to a media server is one TCP connection with a line of JSON for each message: first it says who it is, then it gets offers and answers them. When the connection ends, it has left.
type (
	callerHello struct {
		Hearing, Seat int
		Watches       bool // receives, and sends nothing
	}
	callerOffer struct {
		Number int
		SDP    string
	}
)

// signalServer takes callers in and hands each to take, which makes offers through tell and gives what is to be done with answers and at the end.
type signalServer struct {
	listener net.Listener
	running  sync.WaitGroup
}

type takeCaller func(who callerHello, tell func(callerOffer)) (answer func(callerOffer) error, leave func(), err error)

func listenForCallers(take takeCaller) (*signalServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &signalServer{listener: l}
	s.running.Go(func() { // ends when the listener is closed
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.running.Go(func() { serveCaller(c, take) })
		}
	})
	return s, nil
}

func serveCaller(c net.Conn, take takeCaller) {
	defer c.Close()
	lines, out := json.NewDecoder(bufio.NewReader(c)), json.NewEncoder(c)
	var who callerHello
	if lines.Decode(&who) != nil {
		return
	}
	var telling sync.Mutex
	answer, leave, err := take(who, func(o callerOffer) {
		telling.Lock()
		defer telling.Unlock()
		_ = out.Encode(o) // a caller that is gone is noticed by reading
	})
	if err != nil {
		return
	}
	defer leave()
	for {
		var a callerOffer
		if lines.Decode(&a) != nil || answer(a) != nil {
			return
		}
	}
}

// close ends when all callers have hung up.
func (s *signalServer) close() {
	s.listener.Close()
	s.running.Wait()
}

// receiveLayers makes an offer ask for the camera in three layers (RFC 8853), which the WebRTC stack doesn't by itself. The camera is the section with the given mid.
func receiveLayers(sdp, mid string) string {
	line := fmt.Sprintf("a=mid:%s\r\n", mid)
	return strings.Replace(sdp, line, line+"a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv q;h;f\r\n", 1)
}
