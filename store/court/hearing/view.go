package hearing

// View is how everybody looks at the exhibit that is shown: how large, and at what. It is of the moment, and in no record.
type View struct {
	Zoom int `json:"zoom" doc:"hundredths: 100 is as large as the screen lets the whole page be"`
	X    int `json:"x" doc:"what stands in the middle, in ten-thousandths of the page's width"`
	Y    int `json:"y" doc:"in ten-thousandths of its height"`
}

// Point is a place on a page, in ten-thousandths of its width and height.
type Point struct {
	X int `json:"x"`
	Y int `json:"y"`
}

// Bounds of views.
const (
	MinZoom, MaxZoom = 100, 800
	pageEdge         = 10_000
)

// Whole is how a page is seen before anybody leads: all of it, or as wide as the screen and from its top.
var Whole = View{Zoom: MinZoom, X: pageEdge / 2}

// Valid reports whether the view is one of a page.
func (v View) Valid() bool {
	return v.Zoom >= MinZoom && v.Zoom <= MaxZoom && Point{v.X, v.Y}.Valid()
}

// Valid reports whether the point is on the page.
func (p Point) Valid() bool { return p.X >= 0 && p.X <= pageEdge && p.Y >= 0 && p.Y <= pageEdge }

// Sees reports whether a seat sees the exhibit that is shown. A witness must not follow the trial (民事证据规定 第七十四条): it sees one that the court shows to it too.
func Sees(s *State, seat string) bool {
	p := s.Seat(seat)
	return s.Shown != nil && p != nil && (p.Role != Witness || s.Shown.Witness) && Permissions(s, seat).Receive
}

// Observed reports whether observers see it: what is shown in open court.
func Observed(s *State) bool { return s.Shown != nil && Observer(s).Receive }

// Leads reports whether a seat says how everybody looks at the exhibit that is shown, and points at it: who may show one, and sees it.
func Leads(s *State, seat string) bool { return Sees(s, seat) && s.Seat(seat).Role.OfCourt() }
