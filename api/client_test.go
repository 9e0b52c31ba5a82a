package api

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestForwardedHeadersAreBelievedFromTrustedProxiesOnly(t *testing.T) {
	a := &API{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for _, c := range []struct {
		remote, forwarded, proto string
		want                     client
	}{
		{"192.0.2.1:5", "", "", client{"192.0.2.1", false}},
		{"192.0.2.1:5", "198.51.100.7", "https", client{"192.0.2.1", false}},
		{"10.0.0.1:5", "198.51.100.7", "https", client{"198.51.100.7", true}},
		{"10.0.0.1:5", "1.1.1.1, 198.51.100.7", "https", client{"198.51.100.7", true}},
		{"10.0.0.1:5", "1.1.1.1, 198.51.100.7, 10.0.0.2", "", client{"198.51.100.7", false}},
		{"10.0.0.1:5", "10.0.0.3, 10.0.0.2", "", client{"10.0.0.3", false}},
		{"10.0.0.1:5", "nonsense", "", client{"10.0.0.1", false}},
		{"10.0.0.1:5", "1.1.1.1, nonsense", "", client{"10.0.0.1", false}},
		{"10.0.0.1:5", "", "http, https", client{"10.0.0.1", true}},
		{"10.0.0.1:5", "", "https, http", client{"10.0.0.1", false}},
		{"[::ffff:10.0.0.1]:5", "198.51.100.7", "https", client{"198.51.100.7", true}},
		{"[fd00::1]:5", "2001:db8::1", "https", client{"2001:db8::1", true}},
		{"[2001:db8::9%eth0]:5", "1.1.1.1", "https", client{"2001:db8::9", false}},
		{"@", "1.1.1.1", "https", client{"", false}},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if c.proto != "" {
			r.Header.Set("X-Forwarded-Proto", c.proto)
		}
		if got := a.clientOf(r); got != c.want {
			t.Errorf("%s, forwarded for %q by %q: %+v, want %+v", c.remote, c.forwarded, c.proto, got, c.want)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	a := &API{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	f.Add("1.1.1.1, 10.0.0.2")
	f.Add(",,::1%x")
	f.Fuzz(func(t *testing.T, header string) {
		got := a.forwarded(netip.MustParseAddr("10.0.0.1"), []string{header})
		if !got.IsValid() || got.Zone() != "" {
			t.Fatalf("%q gives %v", header, got)
		}
	})
}

func TestLanguageIsChineseUnlessEnglishIsWantedMore(t *testing.T) {
	for header, want := range map[string]string{
		"": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-US,en;q=0.9": "en", "en": "en", "EN-gb": "en", "fr, en;q=0.5": "en", "fr": "zh", "*": "zh",
		"en;q=0.5, zh;q=0.6": "zh", "zh;q=0.5, en;q=0.6": "en", "en;q=0": "zh", "en;q=x, zh": "zh", "en ; q=0.2": "en", ";;;,,": "zh", "english": "zh",
	} {
		if got := language(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
