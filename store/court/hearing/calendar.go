package hearing

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"microcourt/store/court/exact"
)

// CalendarWords are what a calendar file says beside the hearing itself.
type CalendarWords struct{ Court, DocketNumber, Phone, Lang string }

// Calendar gives the hearing as an iCalendar object (RFC 5545), with an alarm a day and an hour before. A later file of the same hearing replaces an earlier one in the
// calendar.
func (s *State) Calendar(w CalendarWords) []byte {
	say := func(t exact.Text) string {
		if w.Lang == "en" {
			return t.EN
		}
		return t.ZH
	}
	begins := time.UnixMilli(s.At)
	c := &calendar{}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Microcourt//Hearing//"+strings.ToUpper(say(exact.T("zh", "en"))))
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.line("BEGIN", "VEVENT")
	c.line("UID", s.ID+"@microcourt")
	c.line("SEQUENCE", fmt.Sprint(s.Moves))
	c.line("DTSTAMP", stamp(time.UnixMilli(s.Notified)))
	c.line("DTSTART", stamp(begins))
	c.line("DTEND", stamp(begins.Add(time.Duration(s.Minutes)*time.Minute)))
	c.line("SUMMARY", escape(s.Title+" "+w.DocketNumber))
	c.line("LOCATION", escape(w.Court+say(exact.T("（微法庭，在线）", " (Microcourt, online)"))))
	c.line("DESCRIPTION", escape(say(exact.T("请提前进入候审室，检查摄像头、麦克风和网络。联系电话：", "Please come into the lobby early and check camera, microphone and network. Phone: "))+w.Phone))
	c.line("CLASS", "PRIVATE")
	if s.Status == Cancelled || s.Status == Offline {
		c.line("STATUS", "CANCELLED")
	} else {
		c.line("STATUS", "CONFIRMED")
		for _, before := range []string{"-P1D", "-PT1H"} {
			c.line("BEGIN", "VALARM")
			c.line("ACTION", "DISPLAY")
			c.line("DESCRIPTION", escape(s.Title+" "+w.DocketNumber))
			c.line("TRIGGER", before)
			c.line("END", "VALARM")
		}
	}
	c.line("END", "VEVENT")
	c.line("END", "VCALENDAR")
	return []byte(c.String())
}

// calendar writes content lines.
type calendar struct{ strings.Builder }

// line writes a content line, folded where it is longer than 75 octets, between characters.
func (c *calendar) line(name, value string) {
	room := 75
	for text := name + ":" + value; ; {
		if len(text) <= room {
			c.WriteString(text + "\r\n")
			return
		}
		cut := room
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		c.WriteString(text[:cut] + "\r\n ")
		text, room = text[cut:], 74
	}
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// escape makes a TEXT value of words.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", "").Replace(s)
}
