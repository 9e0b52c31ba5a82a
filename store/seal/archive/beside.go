package archive

import (
	"io"
	"strings"

	"microcourt/store/court"
)

// BesideFolder holds what was made from the record and stands beside it: the case's file. Verifying hashes it against the manifest; that it follows
// from the record is for who makes it to check.
const BesideFolder = "efile/"

// View says whose archive it is, as its manifest has it.
func (s *Source) View() (View, error) {
	text, err := s.read(ManifestName, maxManifest)
	if err != nil {
		return View{}, err
	}
	var m Manifest
	err = parse([]byte(strings.TrimSuffix(string(text), "\n")), &m)
	return m.View, err
}

// Cover gives the case's cover.
func (s *Source) Cover() (Cover, error) {
	text, err := s.read(CoverName, maxLine)
	if err != nil {
		return Cover{}, err
	}
	return ParseCover(strings.TrimSuffix(string(text), "\n"))
}

// Threads lists the threads in the archive, in the order in which they are written.
func (s *Source) Threads() (threads []string) {
	for _, name := range s.names {
		thread, isThread := strings.CutPrefix(name, threadFolder)
		thread, ends := strings.CutSuffix(thread, ".jsonl")
		if thread = strings.ReplaceAll(thread, ".", "/"); !isThread || !ends {
			continue
		}
		if _, err := court.ParseThread(thread); err == nil {
			threads = append(threads, thread)
		}
	}
	return threads
}

// Lines reads a thread.
func (s *Source) Lines(thread string, line func(l Line)) error {
	return s.lines(threadName(thread), func(text []byte) error {
		var l Line
		if err := parse(text, &l); err != nil {
			return err
		}
		line(l)
		return nil
	})
}

// Names lists the archive's files, sorted.
func (s *Source) Names() []string { return s.names }

// File opens one of the files. The caller closes it.
func (s *Source) File(name string) (io.ReadCloser, error) { return s.open(name) }

// Read gives a file of at most so many bytes.
func (s *Source) Read(name string, limit int64) ([]byte, error) { return s.read(name, limit) }
