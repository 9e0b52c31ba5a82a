package hub

import "microcourt/rtc"

// Media carries the sound and pictures of hearings. A hearing is a conference, a seat one peer in it.
type Media interface {
	// Join connects a seat. The first offer goes to to at once.
	Join(hearing, seat string, role rtc.Role, to rtc.Signaller) (MediaSeat, error)
	// Permit sets what each seat may do; who isn't named may do nothing.
	Permit(hearing string, may map[string]rtc.Permissions)
	// Record begins to record the hearing into a folder; alarm is called, at most once, when something can't be written.
	Record(hearing, folder string, alarm func(error)) error
	// StopRecording ends that and gives what it left; nil if there was none.
	StopRecording(hearing string) *rtc.Recorded
	// End lets everybody go.
	End(hearing string)
	// Ways is how many streams are sent to somebody.
	Ways() int
}

// MediaSeat is one seat's connection.
type MediaSeat interface {
	Answer(number int, sdp string) error
	Resume(to rtc.Signaller) error
	Restart() error
	Wish(layers map[string]rtc.Layer)
	Leave()
}

// LocalMedia are hearings that this process carries itself.
type LocalMedia struct{ Server *rtc.Server }

// Join is Media's.
func (m LocalMedia) Join(hearing, seat string, role rtc.Role, to rtc.Signaller) (MediaSeat, error) {
	c, err := m.Server.Open(hearing)
	if err != nil {
		return nil, err
	}
	p, err := c.Join(seat, role, to)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Permit is Media's.
func (m LocalMedia) Permit(hearing string, may map[string]rtc.Permissions) {
	if c, err := m.Server.Open(hearing); err == nil {
		c.Permit(may)
	}
}

// End is Media's.
func (m LocalMedia) End(hearing string) {
	if c := m.Server.Find(hearing); c != nil {
		c.Close()
	}
}

// Ways is Media's.
func (m LocalMedia) Ways() int { return m.Server.Ways() }

// Record is Media's.
func (m LocalMedia) Record(hearing, folder string, alarm func(error)) error {
	c, err := m.Server.Open(hearing)
	if err != nil {
		return err
	}
	return c.Record(folder, alarm)
}

// StopRecording is Media's.
func (m LocalMedia) StopRecording(hearing string) *rtc.Recorded {
	if c := m.Server.Find(hearing); c != nil {
		return c.StopRecording()
	}
	return nil
}
