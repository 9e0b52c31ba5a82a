package bench

import (
	"fmt"
	"net/netip"

	"microcourt/rtc"
)

// beginMedia serves hearings with the forwarding unit as `serve` has it. Everybody may do everything, and the first seat comes first.
func beginMedia() (func(task) (result, error), func(), result, error) {
	server, err := rtc.New(rtc.Config{Listen: netip.MustParseAddrPort("127.0.0.1:0")})
	if err != nil {
		return nil, nil, result{}, err
	}
	may := map[string]rtc.Permissions{}
	for seat := range seatsPerHearing {
		may[fmt.Sprint(seat)] = rtc.Permissions{Receive: true, Audio: true, Video: true, First: seat == 0}
	}
	for seat := range maxObservers {
		may[observer(seat)] = rtc.Permissions{Receive: true}
	}
	signals, err := listenForCallers(func(who callerHello, tell func(callerOffer)) (func(callerOffer) error, func(), error) {
		c, err := server.Open(fmt.Sprint(who.Hearing))
		if err != nil {
			return nil, nil, err
		}
		c.Permit(may)
		name, role := fmt.Sprint(who.Seat), rtc.Role{Sends: true, Pairs: seatsPerHearing - 1}
		if who.Watches {
			name, role = observer(who.Seat), rtc.Role{Pairs: 3}
		}
		p, err := c.Join(name, role, callerSignals{tell})
		if err != nil {
			return nil, nil, err
		}
		return func(a callerOffer) error { return p.Answer(a.Number, a.SDP) }, p.Leave, nil
	})
	if err != nil {
		server.Close()
		return nil, nil, result{}, err
	}
	end := func() {
		signals.close()
		server.Close()
	}
	return serverTasks, end, result{Address: signals.listener.Addr().String()}, nil
}

// maxObservers is how many may watch a hearing.
const maxObservers = 200

func observer(n int) string { return fmt.Sprint("observer ", n) }

// callerSignals tells a caller of offers; who sends what stands in the packets themselves.
type callerSignals struct{ tell func(callerOffer) }

func (s callerSignals) Offer(o rtc.Offer)   { s.tell(callerOffer{o.Number, o.SDP}) }
func (callerSignals) Slots([]rtc.SlotView)  {}
func (callerSignals) Speaking([]string)     {}
func (callerSignals) Quality([]rtc.Quality) {}
func (callerSignals) Connected(bool)        {}
