// The usual names of columns and fields, by what they hold, in the languages of exports.
//
// The names are those of search consoles, site searches and analytics: Google Search Console and
// Analytics 4, Bing Webmaster Tools, Matomo, Plausible, Algolia, AmazonQAC's and AOL's logs. They
// are compared in lower case and without spaces and punctuation: `Search term`, `search_term` and
// `searchTerm` are one name.

/// What a column holds.
enum ColumnRole: CaseIterable {
  case query, time, session, user, count, previous
}

/// Names that exports and logs give their columns.
enum UsualNames {
  /// What a column of this name usually holds, and how usual the name is: 0 for the most usual.
  /// A column with a lower rank is taken before one with a higher rank. Nil if it is not known.
  static func meaning(of name: some Collection<UInt8>) -> (role: ColumnRole, rank: Int)? {
    name.count > 128 ? nil : table[key(of: name)]
  }

  /// Whether the columns of `line`, cut at tabs, bear usual names of `roles`, in this order.
  static func areNamed(_ line: UnsafeBufferPointer<UInt8>, _ roles: [ColumnRole]) -> Bool {
    guard let columns = Columns(line), columns.count == roles.count else { return false }
    return roles.indices.allSatisfy { i in
      let role = meaning(of: columns[i])?.role
      return role == roles[i] || roles[i] == .session && role == .user
    }
  }

  /// `name` in lower case, without spaces and punctuation.
  static func key(of name: some Collection<UInt8>) -> String {
    let text = String(decoding: name, as: UTF8.self).lowercased()
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          scalar.value >= 0x80
            ? !scalar.properties.isWhitespace && scalar.value != 0xFEFF && scalar.value != 0x2019
            : ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        }))
  }

  /// Names that only hold queries if another column is known: they are common for other things.
  static let vagueRank = 3

  private static let table: [String: (role: ColumnRole, rank: Int)] = {
    var table: [String: (role: ColumnRole, rank: Int)] = [:]
    for (role, ranks) in names {
      for (rank, text) in ranks.enumerated() {
        for name in text.split(separator: ",") {
          let key = key(of: Array(name.utf8))
          if table[key] == nil { table[key] = (role, rank) }
        }
      }
    }
    return table
  }()

  /// For each role, names of the same rank in one text, the most usual first. A name that stands
  /// twice counts where it stands first.
  private static let names: [(ColumnRole, [String])] = [
    (
      .query,
      [
        """
        query,q,search query,search term,search terms,final search term,query text,user query,\
        raw query,top queries,queries,search string,search phrase,site search term,\
        site search keyword,search keyword,search keywords,internal search term,searched term,\
        suchanfrage,suchanfragen,häufigste suchanfragen,top suchanfragen,suchbegriff,suchbegriffe,\
        requête,requêtes,requêtes les plus fréquentes,principales requêtes,terme de recherche,\
        termes de recherche,consulta,consultas,consultas principales,principales consultas,\
        término de búsqueda,términos de búsqueda,query più frequenti,query principali,\
        termine di ricerca,termini di ricerca,principais consultas,consultas mais frequentes,\
        termo de pesquisa,termos de pesquisa,termo de busca,zoekopdracht,populairste zoekopdrachten,\
        zoekterm,zoektermen,zapytanie,zapytania,najczęstsze zapytania,wyszukiwane hasło,\
        wyszukiwane słowo,sökfråga,sökfrågor,vanligaste sökfrågorna,populäraste sökfrågorna,sökterm,\
        forespørgsel,forespørgsler,populæreste forespørgsler,søgeterm,søgning,vanligste søk,søketerm,\
        suosituimmat haut,suosituimmat kyselyt,hakutermi,kysely,dotaz,dotazy,nejčastější dotazy,\
        vyhledávací dotaz,hľadaný výraz,lekérdezés,leggyakoribb lekérdezések,keresési kifejezés,\
        upit,upiti,najčešći upiti,pojam za pretraživanje,interogare,interogări,\
        cele mai frecvente interogări,termen de căutare,sorgu,sorgular,en çok yapılan sorgular,\
        arama terimi,запрос,запросы,популярные запросы,поисковый запрос,поисковые запросы,\
        поисковая фраза,запит,запити,найпопулярніші запити,ερώτημα,κορυφαία ερωτήματα,\
        上位のクエリ,クエリ,検索語句,検索クエリ,热门查询,查询,搜索字词,熱門查詢,查詢,搜尋字詞,\
        인기 검색어,검색어,kueri,kueri teratas,cụm từ tìm kiếm
        """,
        """
        keyword,keywords,search,searches text,suchwort,suchwörter,keyphrase,mot clé,mots clés,\
        palabra clave,palabras clave,parola chiave,parole chiave,palavra chave,palavras chave,\
        zoekwoord,słowo kluczowe,sökord,søgeord,søkeord,hakusana,klíčové slovo,kľúčové slovo,\
        kulcsszó,ključna riječ,cuvânt cheie,anahtar kelime,ключевое слово,ключові слова,キーワード,\
        关键字,关键词,關鍵字,키워드,term,phrase,command,cmd
        """,
        "", "name,label,text,value",
      ]
    ),
    (
      .time,
      [
        """
        time,timestamp,at,ts,datetime,date time,time stamp,created at,searched at,event time,\
        event timestamp,search time,query time,log time,request time,utc time,start time,\
        time iso8601,zeit,zeitpunkt,zeitstempel,horodatage,date et heure,fecha y hora,data e ora,\
        data e hora,tijdstip,tijd,znacznik czasu,tidpunkt,tidspunkt,aikaleima,čas,időpont,vrijeme,\
        marcă temporală,zaman,время,час,日時,时间,時間,시간,waktu
        """,
        """
        date,day,datum,tag,jour,fecha,día,data,giorno,dia,dag,dzień,dato,päivämäärä,dátum,tarih,\
        дата,日付,日期,날짜,tanggal
        """,
      ]
    ),
    (
      .session,
      [
        """
        session,session id,sid,ga session id,visit id,id visit,search session id,conversation id,\
        sitzung,sitzungs id,séance,sesión,sessione,sessão,sessie,sesja,сессия,сеанс,セッション,会话
        """
      ]
    ),
    (
      .user,
      [
        """
        user,user id,uid,user pseudo id,client id,visitor,visitor id,id visitor,user token,anon id,\
        anonymous id,customer,customer id,person,person id,member id,device id,nutzer,nutzer id,\
        benutzer,kunde,kunden id,kundennummer,utilisateur,usuario,utente,usuário,gebruiker,\
        użytkownik,användare,bruger,bruker,käyttäjä,uživatel,felhasználó,korisnik,utilizator,\
        kullanıcı,пользователь,користувач,χρήστης,ユーザー,用户,用戶,사용자
        """
      ]
    ),
    (
      .count,
      [
        """
        impressions,impressionen,impresiones,impressioni,impressões,vertoningen,wyświetlenia,\
        exponeringar,visningar,eksponeringer,visninger,näyttökerrat,näyttökertaa,zobrazení,\
        zobrazenia,megjelenések,megjelenítések,pojavljivanja,prikazi,dojmovi,afișări,gösterimler,\
        показы,покази,εμφανίσεις,表示回数,展示,展示次数,曝光,曝光次數,노출,노출수,tayangan,lượt hiển thị
        """,
        """
        count,counts,searches,search count,number of searches,total searches,query count,\
        event count,total events,frequency,freq,occurrences,times,n,num,nb,nb searches,nb hits,hits,\
        volume,search volume,weight,amount,quantity,total unique searches,unique searches,anzahl,\
        häufigkeit,suchen,suchvolumen,nombre,nombre de recherches,recherches,fréquence,cantidad,\
        búsquedas,número de búsquedas,ricerche,numero di ricerche,quantità,quantidade,pesquisas,\
        buscas,aantal,zoekopdrachten,liczba,wyszukiwania,antal,sökningar,søgninger,søk,määrä,haut,\
        počet,hledání,keresések,darab,broj,pretraživanja,număr,căutări,adet,aramalar,количество,\
        частота,число,кількість,πλήθος,回数,検索回数,次数,搜索次数,횟수,검색수,jumlah
        """,
        """
        visits,nb visits,views,page views,pageviews,sessions,visitors,users,total users,\
        active users,besuche,aufrufe,sitzungen,nutzer gesamt,visites,visitas,visite,bezoeken
        """,
        """
        clicks,klicks,clics,clic,click,cliques,klikken,kliknięcia,klickningar,klik,klikk,\
        klikkaukset,napsautukset,prokliky,kliknutí,kliknutia,kattintások,klikovi,clicuri,tıklamalar,\
        клики,кліки,κλικ,クリック数,点击次数,點擊,點擊次數,클릭수,klik total,số lần nhấp
        """,
      ]
    ),
    (.previous, ["previous,previous query,before,prev,prev query"]),
  ]
}
