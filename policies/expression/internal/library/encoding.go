package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func encodingClass() *Class {
	fixed := func(name, doc string, e *clr.Encoding) Member {
		return M("static Encoding "+name+" { get; }", doc, F0(func() *clr.Encoding { return e }))
	}
	return &Class{
		Name: "System.Text.Encoding", Go: TypeFor[*clr.Encoding](), Abstract: true, Doc: "How text is written in bytes.",
		Members: append([]Member{
			fixed("UTF8", "UTF-8.", clr.EncodingUTF8),
			fixed("Default", "UTF-8.", clr.EncodingUTF8),
			fixed("ASCII", "ASCII; other characters become question marks.", clr.EncodingASCII),
			fixed("Latin1", "ISO 8859-1; other characters become question marks.", clr.EncodingLatin1),
			fixed("Unicode", "UTF-16, the low byte first.", clr.EncodingUnicode),
			fixed("BigEndianUnicode", "UTF-16, the high byte first.", clr.EncodingBigEndianUnicode),
			fixed("UTF32", "UTF-32, the low byte first.", clr.EncodingUTF32),
			M("static Encoding GetEncoding(string name)", "The encoding of that name.", E1(clr.FindEncoding),
				`Encoding.GetEncoding("iso-8859-1").GetBytes("é")[0].ToString() => "233"`),
			M("static Encoding GetEncoding(int codepage)", "The encoding of that code page.", E1(clr.FindCodePage), `Encoding.GetEncoding(65001).WebName => "utf-8"`),
			M("string WebName { get; }", "The registered name.", F1((*clr.Encoding).WebName), `Encoding.UTF8.WebName => "utf-8"`),
			M("int CodePage { get; }", "The number of the code page.", F1((*clr.Encoding).CodePage), `Encoding.UTF8.CodePage => 65001`),
		}, encodingConversions()...),
	}
}

func encodingConversions() []Member {
	return []Member{
		M("byte[] GetBytes(string s)", "The text in bytes.",
			C2(func(c Call, e *clr.Encoding, s string) ([]byte, error) { return e.Bytes(c.Budget(), s) }), `Encoding.UTF8.GetBytes("é").Length => 2`),
		M("byte[] GetBytes(char[] chars)", "The characters in bytes.",
			C2(func(c Call, e *clr.Encoding, chars []clr.Char) ([]byte, error) {
				if chars == nil {
					return nil, NullArgument("chars")
				}
				return e.Bytes(c.Budget(), clr.FromUnits(chars))
			})),
		M("int GetByteCount(string s)", "How many bytes the text has.", F2((*clr.Encoding).ByteCount), `Encoding.UTF8.GetByteCount("é") => 2`),
		M("string GetString(byte[] bytes)", "The text that the bytes are; what they cannot be is U+FFFD.",
			C2(func(c Call, e *clr.Encoding, data []byte) (string, error) {
				if data == nil {
					return "", NullArgument("bytes")
				}
				return e.Text(c.Budget(), data)
			}), `Encoding.UTF8.GetString(new byte[] { 195, 169 }) => "é"`),
		M("string GetString(byte[] bytes, int index, int count)", "The text that count bytes from index on are.",
			C4(func(c Call, e *clr.Encoding, data []byte, index, count int) (string, error) {
				if data == nil {
					return "", NullArgument("bytes")
				}
				return e.TextRange(c.Budget(), data, index, count)
			}), `Encoding.ASCII.GetString(new byte[] { 65, 66, 67 }, 1, 2) => "BC"`),
		M("char[] GetChars(byte[] bytes)", "The characters that the bytes are.",
			C2(func(c Call, e *clr.Encoding, data []byte) ([]clr.Char, error) {
				if data == nil {
					return nil, NullArgument("bytes")
				}
				text, err := e.Text(c.Budget(), data)
				return clr.Units(text), err
			})),
		M("int GetCharCount(byte[] bytes)", "How many characters the bytes are.",
			C2(func(c Call, e *clr.Encoding, data []byte) (int, error) {
				text, err := e.Text(c.Budget(), data)
				return clr.Length(text), err
			})),
		M("static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes)", "The same text in another encoding.",
			C3(func(c Call, from, to *clr.Encoding, data []byte) ([]byte, error) {
				if from == nil || to == nil || data == nil {
					return nil, NullArgument("bytes")
				}
				text, err := from.Text(c.Budget(), data)
				if err != nil {
					return nil, err
				}
				return to.Bytes(c.Budget(), text)
			}), `Encoding.Convert(Encoding.UTF8, Encoding.Unicode, Encoding.UTF8.GetBytes("ab")).Length => 4`),
	}
}
