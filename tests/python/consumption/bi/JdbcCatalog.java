import java.sql.*;
public class JdbcCatalog {
    public static void main(String[] a) throws SQLException {
        try (Connection c = DriverManager.getConnection(a[0])) {
            DatabaseMetaData m = c.getMetaData();
            System.out.println("driver\t" + m.getDriverVersion());
            print("table", m.getTables(null, a[1], "%", new String[] {"TABLE"}), "TABLE_NAME", "REMARKS");
            print("column", m.getColumns(null, a[1], a[2], "%"), "COLUMN_NAME", "TYPE_NAME", "COLUMN_SIZE", "DECIMAL_DIGITS", "IS_NULLABLE", "REMARKS");
            print("primary", m.getPrimaryKeys(null, a[1], a[2]), "COLUMN_NAME", "KEY_SEQ");
            print("imported", m.getImportedKeys(null, a[1], a[2]), "FKCOLUMN_NAME", "PKTABLE_NAME", "PKCOLUMN_NAME");
            print("index", m.getIndexInfo(null, a[1], a[2], false, true), "COLUMN_NAME", "NON_UNIQUE");
        }
    }
    static void print(String what, ResultSet r, String... columns) throws SQLException {
        while (r.next()) {
            StringBuilder line = new StringBuilder(what);
            for (String column : columns) line.append('\t').append(r.getString(column));
            System.out.println(line);
        }
    }
}
