package rtc

// Permissions are what one person may do in a conference now. The zero value permits nothing.
type Permissions struct {
	Receive bool
	Audio   bool
	Video   bool
	Screen  bool
	First   bool // this person's picture comes before the others' where the network is slow: who presides, who has the floor
	Waits   bool // what this person sends goes to hosts only
	Hosts   bool // sees and hears those who wait
}

// Media is one of the three things that a person sends.
type Media string

// The media.
const (
	Audio  Media = "audio"
	Camera Media = "camera"
	Screen Media = "screen"
)

func (p Permissions) sends(m Media) bool {
	switch m {
	case Audio:
		return p.Audio
	case Camera:
		return p.Video
	case Screen:
		return p.Screen
	}
	return false
}
