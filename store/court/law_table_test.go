package court_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// requirements is how many there are, R01 and on.
const requirements = 48

// TestTheTableOfTheLawNamesTestsThatAreThere: LAW.md has each requirement once, in order; each row names tests that exist or says why there is none, and the files that it names exist.
func TestTheTableOfTheLawNamesTestsThatAreThere(t *testing.T) {
	const root = "../.."
	table, err := os.ReadFile("LAW.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t, root)
	name, quoted := regexp.MustCompile(`\bTest\w+`), regexp.MustCompile("`([^`]+)`")
	n := 0
	for line := range strings.Lines(string(table)) {
		if !strings.HasPrefix(line, "| R") {
			continue
		}
		n++
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if len(cells) != 5 || cells[0] != fmt.Sprintf("R%02d", n) {
			t.Errorf("row %d is %q", n, line)
			continue
		}
		named := name.FindAllString(cells[4], -1)
		for _, test := range named {
			if !tests[test] {
				t.Errorf("%s: there is no %s", cells[0], test)
			}
		}
		walks := 0
		for _, m := range quoted.FindAllStringSubmatch(cells[3]+cells[4], -1) {
			path := m[1]
			if name.MatchString(path) {
				continue
			}
			if strings.HasPrefix(path, "web/e2e/") {
				walks++
			}
			if !strings.Contains(path, "/") { // beside the one before
				path = "web/src/hearing/" + path
			}
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s: %v", cells[0], err)
			}
		}
		if says := strings.Contains(cells[4], ": "); len(named) == 0 && walks == 0 && !says {
			t.Errorf("%s has no test and doesn't say why", cells[0])
		}
	}
	if n != requirements {
		t.Errorf("%d rows, not %d", n, requirements)
	}
}

// testNames finds the names of all Go tests.
func testNames(t *testing.T, root string) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	found := map[string]bool{}
	for _, top := range []string{"api", "cmd", "hub", "rtc", "store"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(text, -1) {
				found[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
