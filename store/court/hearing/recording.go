package hearing

import "slices"

// Medium is what a recorded file holds.
type Medium string

// The media of a seat, and who spoke when: a JSON array of Spoke, one file for all seats of a part.
const (
	MediumAudio    Medium = "audio"
	MediumCamera   Medium = "camera"
	MediumScreen   Medium = "screen"
	MediumSpeaking Medium = "speaking"
)

// Media lists them.
var Media = []Medium{MediumAudio, MediumCamera, MediumScreen, MediumSpeaking}

// Type gives the media type that a file of it is served with.
func (m Medium) Type() string {
	switch m {
	case MediumAudio:
		return "audio/webm"
	case MediumCamera, MediumScreen:
		return "video/webm"
	}
	return "application/json"
}

// Known reports whether it is one of Media.
func (m Medium) Known() bool { return slices.Contains(Media, m) }

// RecordedFile is one file of a part of the recording. All its times stand on the server's clock.
type RecordedFile struct {
	ID       string `json:"id"`
	Seat     string `json:"seat,omitempty" doc:"left out of the file that says who spoke"`
	Media    Medium `json:"media" enum:"audio,camera,screen,speaking"`
	At       int64  `json:"at" doc:"Unix milliseconds of its first frame"`
	Duration int64  `json:"duration" doc:"milliseconds"`
	Width    int    `json:"width,omitempty" doc:"pixels; left out for sound"`
	Height   int    `json:"height,omitempty"`
	Size     int64  `json:"size" doc:"bytes"`
	SHA256   string `json:"sha256"`
}

// Spoke says who speaks from when on: the seats, nobody where there are none.
type Spoke struct {
	At    int64    `json:"at"` // Unix milliseconds
	Seats []string `json:"seats"`
}
