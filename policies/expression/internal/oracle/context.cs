// What expressions see as context, for the oracle: classes named as the gateway's
// interfaces, filled from a line of contexts.json. The extension methods are those whose
// meaning is plain .NET; tokens and certificates have tests of their own.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Gateway {
  public class IUrl {
    readonly Uri uri;
    public IUrl(string s) { uri = new Uri(s); Query = Parse(uri.Query); }
    public string Scheme { get { return uri.Scheme; } }
    public string Host { get { return uri.Host; } }
    public int Port { get { return uri.Port; } }
    public string Path { get { return uri.AbsolutePath; } }
    public string QueryString { get { return uri.Query; } }
    public IReadOnlyDictionary<string, string[]> Query { get; private set; }
    public Uri ToUri() { return uri; }
    public override string ToString() { return uri.AbsoluteUri; }
    static IReadOnlyDictionary<string, string[]> Parse(string q) {
      var all = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
      foreach (var pair in q.TrimStart('?').Split(new[] { '&' }, StringSplitOptions.RemoveEmptyEntries)) {
        var i = pair.IndexOf('=');
        var name = System.Net.WebUtility.UrlDecode(i < 0 ? pair : pair.Substring(0, i));
        var value = i < 0 ? "" : System.Net.WebUtility.UrlDecode(pair.Substring(i + 1));
        all[name] = all.ContainsKey(name) ? all[name].Concat(new[] { value }).ToArray() : new[] { value };
      }
      return all;
    }
  }

  public class IMessageBody {
    readonly string text; bool taken;
    public IMessageBody(string s) { text = s; }
    public T As<T>(bool preserveContent = false) where T : class {
      if (taken) throw new MessageBodyConsumedException();
      taken = !preserveContent;
      object v;
      if (typeof(T) == typeof(string)) v = text;
      else if (typeof(T) == typeof(byte[])) v = Encoding.UTF8.GetBytes(text);
      else if (typeof(T) == typeof(JObject)) v = JObject.Parse(text);
      else if (typeof(T) == typeof(JArray)) v = JArray.Parse(text);
      else if (typeof(T) == typeof(JToken)) v = JToken.Parse(text);
      else if (typeof(T) == typeof(XElement)) v = XElement.Parse(text);
      else if (typeof(T) == typeof(XDocument)) v = XDocument.Parse(text);
      else throw new NotSupportedException(typeof(T).Name);
      return (T)v;
    }
  }

  public class IMessage {
    public IReadOnlyDictionary<string, string[]> Headers { get; set; }
    public IMessageBody Body { get; set; }
  }
  public class IRequest : IMessage {
    public string Method { get; set; }
    public string IpAddress { get; set; }
    public IUrl Url { get; set; }
    public IUrl OriginalUrl { get; set; }
    public IReadOnlyDictionary<string, string> MatchedParameters { get; set; }
  }
  public class IResponse : IMessage {
    public int StatusCode { get; set; }
    public string StatusReason { get; set; }
  }
  public class Context {
    public Guid RequestId { get; set; }
    public DateTime Timestamp { get; set; }
    public IRequest Request { get; set; }
    public IResponse Response { get; set; }
    public IReadOnlyDictionary<string, object> Variables { get; set; }
  }

  public static class Extensions {
    public static V GetValueOrDefault<K, V>(this IDictionary<K, V> d, K k) { V v; return d.TryGetValue(k, out v) ? v : default(V); }
    public static V GetValueOrDefault<K, V>(this IDictionary<K, V> d, K k, V or) { V v; return d.TryGetValue(k, out v) ? v : or; }
    public static V GetValueOrDefault<K, V>(this IReadOnlyDictionary<K, V> d, K k) { V v; return d.TryGetValue(k, out v) ? v : default(V); }
    public static V GetValueOrDefault<K, V>(this IReadOnlyDictionary<K, V> d, K k, V or) { V v; return d.TryGetValue(k, out v) ? v : or; }
    public static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> d, string k, T or = default(T)) {
      object v;
      if (!d.TryGetValue(k, out v)) return or;
      if (v == null) return default(T);
      if (!(v is T)) throw new UserVariableCastException();
      return (T)v;
    }
    public static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> d, string k) { string[] v; return d.TryGetValue(k, out v) ? string.Join(",", v) : null; }
    public static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> d, string k, string or) { string[] v; return d.TryGetValue(k, out v) ? string.Join(",", v) : or; }
    public static bool ContainsKey(this JObject o, string name) { if (o == null) throw new NullReferenceException(); if (name == null) throw new ArgumentNullException("propertyName"); return o.Property(name) != null; }
    public static byte[] Encrypt(this byte[] data, string algorithm, byte[] key, byte[] iv) { return Run(data, SymmetricAlgorithm.Create(algorithm).CreateEncryptor(key, iv)); }
    public static byte[] Decrypt(this byte[] data, string algorithm, byte[] key, byte[] iv) { return Run(data, SymmetricAlgorithm.Create(algorithm).CreateDecryptor(key, iv)); }
    static byte[] Run(byte[] data, ICryptoTransform t) { return t.TransformFinalBlock(data, 0, data.Length); }
  }
  public class UserVariableCastException : Exception {}
  public class MessageBodyConsumedException : Exception {}

  public static class Contexts {
    public static Context Load(JObject j) {
      return new Context {
        RequestId = Guid.Parse((string)j["id"]),
        Timestamp = new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc),
        Request = new IRequest {
          Method = (string)j["method"], IpAddress = (string)j["ip"],
          Url = new IUrl((string)j["url"]), OriginalUrl = new IUrl((string)j["originalUrl"]),
          Headers = Headers(j["headers"]), Body = Body(j["body"]),
          MatchedParameters = ((JObject)j["matched"]).Properties().ToDictionary(p => p.Name, p => (string)p.Value),
        },
        Response = Response(j["response"]),
        Variables = ((JObject)j["variables"]).Properties().ToDictionary(p => p.Name, p => Variable((JArray)p.Value)),
      };
    }
    static IMessageBody Body(JToken j) { return j == null || j.Type == JTokenType.Null ? null : new IMessageBody((string)j); }
    static IResponse Response(JToken j) {
      if (j == null || j.Type == JTokenType.Null) return null;
      return new IResponse { StatusCode = (int)j["status"], StatusReason = (string)j["reason"], Headers = Headers(j["headers"]), Body = Body(j["body"]) };
    }
    static IReadOnlyDictionary<string, string[]> Headers(JToken j) {
      var all = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
      foreach (var p in ((JObject)j).Properties()) all[p.Name] = p.Value.Select(v => (string)v).ToArray();
      return all;
    }
    static object Variable(JArray v) {
      switch ((string)v[0]) {
        case "null": return null;
        case "string": return (string)v[1];
        case "int": return (int)v[1];
        case "long": return (long)v[1];
        case "bool": return (bool)v[1];
        case "double": return (double)v[1];
        case "json": return JToken.Parse((string)v[1]);
        case "response": return Response(v[1]);
      }
      throw new NotSupportedException((string)v[0]);
    }
  }
}

namespace Gateway {
  // What mcs does not evaluate as C# does when it is written as an operator: it drops an
  // operand of && false and of a lifted operator whose other one is null.
  public static class Plain {
    public static T Of<T>(T v) { return v; }
    public static bool? And(bool? a, bool? b) { return a == false || b == false ? false : a == null || b == null ? (bool?)null : true; }
    public static bool? Or(bool? a, bool? b) { return a == true || b == true ? true : a == null || b == null ? (bool?)null : false; }
    public static bool? Not(bool? a) { return a == null ? (bool?)null : !a.Value; }
    public static bool Equal(bool? a, bool? b) { return a.HasValue == b.HasValue && a.GetValueOrDefault() == b.GetValueOrDefault(); }
    public static bool Equal(int? a, int? b) { return a.HasValue == b.HasValue && a.GetValueOrDefault() == b.GetValueOrDefault(); }
    public static bool Greater(int? a, int? b) { return a.HasValue && b.HasValue && a.Value > b.Value; }
    public static int? Add(int? a, int? b) { return a.HasValue && b.HasValue ? a.Value + b.Value : (int?)null; }
    public static int? Subtract(int? a, int? b) { return a.HasValue && b.HasValue ? a.Value - b.Value : (int?)null; }
    public static int? Multiply(int? a, int? b) { return a.HasValue && b.HasValue ? a.Value * b.Value : (int?)null; }
    public static int? Divide(int? a, int? b) { return a.HasValue && b.HasValue ? a.Value / b.Value : (int?)null; }
    public static int? And(int? a, int? b) { return a.HasValue && b.HasValue ? a.Value & b.Value : (int?)null; }
    public static int? Minus(int? a) { return a.HasValue ? -a.Value : (int?)null; }
  }
  // Local functions with such parameters, for mcs that knows no local functions.
  public delegate void RefAction(ref int a, string b);
  public delegate bool OutFunc(string a, out int b);
}
