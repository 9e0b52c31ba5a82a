// Package courthouse says what the list of courts that people go to (法院导航) holds, and reads it from the file that a court's IT brings. It is called
// so because package court holds the rules of cases. It does no I/O.
package courthouse

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"microcourt/store/court"
)

// Level is what kind of court it is (人民法院组织法 第十二条, 第二十六条).
type Level string

// The levels, in the order of the hierarchy. A tribunal (人民法庭) is a basic court's branch.
const (
	Supreme      Level = "supreme"
	High         Level = "high"
	Intermediate Level = "intermediate"
	Basic        Level = "basic"
	Special      Level = "special"
	Tribunal     Level = "tribunal"
)

// levelNames are what a file may say, besides the levels themselves.
var levelNames = map[Level][]string{
	Supreme: {"最高人民法院", "最高法院", "最高"}, High: {"高级人民法院", "高级法院", "高级", "高院"}, Intermediate: {"中级人民法院", "中级法院", "中级", "中院"},
	Basic: {"基层人民法院", "基层法院", "基层"}, Special: {"专门人民法院", "专门法院", "专门"}, Tribunal: {"人民法庭", "派出法庭", "法庭"},
}

// Datum is the system in which a position was measured: that of satellites, or the one that maps of the Chinese mainland are drawn in (GB 20263-2006).
type Datum string

// The systems that a position may be given in.
const (
	WGS84 Datum = "wgs84"
	GCJ02 Datum = "gcj02"
)

// Position is where a court's entrance is, in degrees of its own system: what was brought is kept, and converted by whoever shows it.
type Position struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Datum     Datum   `json:"datum" enum:"wgs84,gcj02"`
}

// Court is one court of the list. Its name tells it from the others.
type Court struct {
	Name     string    `json:"name"`
	Level    Level     `json:"level" enum:"supreme,high,intermediate,basic,special,tribunal"`
	Address  string    `json:"address"`
	Phone    string    `json:"phone,omitempty"`
	Hours    string    `json:"hours,omitempty" doc:"when it is open, in words"`
	Position *Position `json:"position,omitempty" doc:"left out where it isn't known"`
}

// Bounds of a list and of what stands in it.
const (
	MaxFileBytes = 4 << 20
	MaxCourts    = 5000
	maxName      = 60
	maxAddress   = 200
	maxPhone     = 40
	maxHours     = 200
)

// The part of the world in which China lies, in whole degrees. A position outside of it has its numbers swapped or mistyped.
const (
	south, north = 3, 54
	west, east   = 73, 136
)

// row is one court as it stands in a file.
type row struct {
	line                                                               int
	name, level, address, phone, hours, latitude, longitude, datumName string
}

// problem is what is wrong with a row: which field, and why in both languages.
type problem struct{ field, zh, en string }

var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ()（）-]{1,30}[0-9)）](转[0-9]{1,6})?$`)

// court gives the court of a row, or what is wrong with it.
func (r *row) court() (c Court, p *problem) {
	for _, f := range []struct {
		field, text string
		max         int
		to          *string
		needed      bool
	}{{"name", r.name, maxName, &c.Name, true}, {"address", r.address, maxAddress, &c.Address, true}, {"phone", r.phone, maxPhone, &c.Phone, false}, {"hours", r.hours, maxHours, &c.Hours, false}} {
		*f.to = strings.Join(strings.Fields(f.text), " ")
		switch {
		case f.needed && *f.to == "":
			return c, &problem{f.field, "没有填写", "is missing"}
		case court.CheckText(*f.to, f.max, f.field) != nil:
			return c, &problem{f.field, "过长，或者含有不能显示的字符（最多" + strconv.Itoa(f.max) + "字）", "is too long or holds characters that can't be shown (at most " + strconv.Itoa(f.max) + ")"}
		}
	}
	if c.Phone != "" && !phoneForm.MatchString(c.Phone) {
		return c, &problem{"phone", "不是一个电话号码，例如0574-12345678或者12368", "is not one phone number, such as 0574-12345678 or 12368"}
	}
	if c.Level = levelOf(r.level); c.Level == "" {
		return c, &problem{"level", "请写最高、高级、中级、基层、专门或者人民法庭", "is none of supreme, high, intermediate, basic, special, tribunal"}
	}
	c.Position, p = r.position()
	return c, p
}

func levelOf(text string) Level {
	text = strings.ToLower(strings.TrimSpace(text))
	for level, names := range levelNames {
		if text == string(level) || slices.Contains(names, text) {
			return level
		}
	}
	return ""
}

// position gives none where neither latitude nor longitude is written.
func (r *row) position() (*Position, *problem) {
	lat, lon := strings.TrimSpace(r.latitude), strings.TrimSpace(r.longitude)
	if lat == "" && lon == "" {
		return nil, nil
	}
	p := &Position{}
	for _, f := range []struct {
		field, text string
		low, high   float64
		to          *float64
	}{{"latitude", lat, south, north, &p.Latitude}, {"longitude", lon, west, east, &p.Longitude}} {
		n, err := strconv.ParseFloat(f.text, 64)
		switch {
		case f.text == "":
			return nil, &problem{f.field, "经度和纬度要一起填写", "latitude and longitude go together"}
		case err != nil || math.IsNaN(n):
			return nil, &problem{f.field, "不是十进制度数，例如29.874500", "is not in decimal degrees, such as 29.874500"}
		case n < f.low || n > f.high:
			return nil, &problem{f.field, "不在中国境内，是不是和另一个数写反了", "is not in China; it may be swapped with the other"}
		}
		*f.to = math.Round(n*1e6) / 1e6 // ten centimetres
	}
	switch strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(r.datumName)) {
	case "wgs84", "gps":
		p.Datum = WGS84
	case "gcj02", "高德", "腾讯":
		p.Datum = GCJ02
	default:
		return nil, &problem{"datum", "请写明坐标系：WGS-84（卫星定位）或者GCJ-02（高德、腾讯地图）；百度地图的坐标请先转换", "has to name the coordinate system: WGS-84 (satellites) or GCJ-02 (Amap, Tencent); convert those of Baidu first"}
	}
	return p, nil
}
